/**
 * A process of its own: prints for how long, in ms of CPU time of its thread, the first ring keeps the event loop. How
 * many endpoints is its argument, 1,000 without.
 */
import process from 'node:process';
import { Balancer } from '../../../src/balancer/index.ts';

const count = Number(process.argv[2] ?? 1000);
const endpoints = Array.from({ length: count }, (_, i) => ({ address: `http://10.2.${i >> 8}.${i & 255}:8080` }));
const balancer = new Balancer({ now: () => 0, random: Math.random });
const before = process.threadCpuUsage();
balancer.update(endpoints);
const { user, system } = process.threadCpuUsage(before);
process.stdout.write(String((user + system) / 1000));
