/** A process of its own: prints the CPU time in ms that the first ring of 1,000 endpoints takes it. */
import process from 'node:process';
import { Balancer } from '../../../src/balancer/index.ts';

const endpoints = Array.from({ length: 1000 }, (_, i) => ({ address: `http://10.2.${i >> 8}.${i & 255}:8080` }));
const balancer = new Balancer({ now: () => 0, random: Math.random });
const before = process.cpuUsage();
balancer.update(endpoints);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / 1000));
