/**
 * Gets a running route server; gives how many answers a second it has for clients that ask all the time, and what an
 * answer costs it.
 *
 * The client is a program of its own, test/oracle/load: one thread on bare sockets that checks status, tag and length
 * of each answer. What it takes of the processor the server under test cannot have, so the rate says something about
 * both; the server's CPU time for an answer does not depend on the client.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { programs } from '../harness/index.ts';
import type { Running } from '../integration/routeserver/programs.ts';
import { cpuMs } from './process-stats.ts';

/** As many as the reference measurement used. */
const connections = 16;
/** The first is to warm up, and does not count. */
const slices = 4;

/** Where it answers, and which process it is. */
export type LoadedServer = Pick<Running, 'url' | 'port' | 'pid'>;

/** What the clients ask for, and must get. */
export type Asked = 'gzip' | 'identity' | 'notModified';

export interface Rate {
  readonly perSecond: number;
  /** CPU time of the server, all threads, in milliseconds; with what it does besides at that time. */
  readonly cpuMsPerAnswer: number;
}

interface Expected {
  readonly etag: string;
  readonly bytes: number;
}

const own = { 'user-agent': 'routesrv-bench' };
const packed = { ...own, 'accept-encoding': 'gzip' };
const headersOf = { gzip: packed, identity: own, notModified: packed } satisfies Record<Asked, object>;

/** Loads the server for `forMs`; gives several measurements. Throws at the first answer that is wrong. */
export async function loaded(server: LoadedServer, asked: Asked, forMs: number): Promise<readonly Rate[]> {
  const expected = await wholeTable(server, headersOf[asked]);
  const rates: Rate[] = [];
  for (let slice = 0; slice < slices; slice++) {
    const before = cpuMs(server.pid);
    const { answers, seconds } = await runLoad(server.port, asked, expected, forMs / slices);
    rates.push({ perSecond: answers / seconds, cpuMsPerAnswer: (cpuMs(server.pid) - before) / answers });
  }
  return rates.slice(1);
}

async function wholeTable(server: LoadedServer, headers: Readonly<Record<string, string>>): Promise<Expected> {
  const response = await request(`${server.url}/routes`, { headers });
  const { etag } = response.headers;
  const { length } = await response.body.bytes();
  if (response.statusCode !== 200 || typeof etag !== 'string') throw new Error(`${server.url}/routes has no table`);
  return { etag, bytes: length };
}

async function runLoad(
  port: number,
  asked: Asked,
  { etag, bytes }: Expected,
  forMs: number,
): Promise<{ readonly answers: number; readonly seconds: number }> {
  const program = (await programs.ensure(['http-load']))['http-load'];
  const wanted = [`-etag=${etag}`, `-bytes=${String(bytes)}`, ...(asked === 'notModified' ? ['-revalidate'] : [])];
  const load = [`-connections=${String(connections)}`, `-duration=${String(Math.round(forMs))}ms`];
  const child = spawn(program, [`-address=127.0.0.1:${String(port)}`, ...load, ...wanted]);
  const fields = Object.entries(headersOf[asked]).map(([name, value]) => `${name}: ${value}\r\n`);
  child.stdin.end(`GET /routes HTTP/1.1\r\nhost: bench\r\n${fields.join('')}\r\n`);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [printed, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (code !== 0) throw new Error(`the load on port ${String(port)} failed: ${errors.trim()}`);
  return JSON.parse(printed) as { readonly answers: number; readonly seconds: number };
}
