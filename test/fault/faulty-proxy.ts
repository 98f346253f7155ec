/**
 * Gets the address of an API server; gives a proxy before it through which everything goes wrong that can.
 *
 * Only what a network, a load balancer or an API server under load does: it never makes up objects, but it may tell of
 * old ones, keep news back, and end an answer anywhere.
 */
import { createServer, request as askPlain } from 'node:http';
import { request as askTls } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { isProtobuf } from '../../src/kube/protobuf/answer.ts';
import { ListReader } from '../../src/kube/protobuf/list-reader.ts';
import { Message } from '../../src/kube/protobuf/message.ts';
import type { ProxyTarget } from './fault-cluster.ts';
import type { Random } from './random.ts';

export const faultNames = [
  'drop',
  'delay',
  'truncate',
  'oldList',
  'oldEvents',
  'swallow',
  'expire',
  '410',
  '429',
  '500',
  '503',
] as const;
/** Those that only watches meet. */
export const watchFaults: readonly FaultName[] = ['oldEvents', 'swallow', 'expire'];
/** Those that take an API server that knows its own past. */
export const realFaults = ['oldVersion'] as const;
export type FaultName = (typeof faultNames)[number] | (typeof realFaults)[number];

type Meeting = FaultName | 'none';

/** A list as it was sent, in JSON or protobuf. */
interface ListAnswer {
  readonly type: string;
  readonly body: Buffer;
}

const longestDelayMs = 200;
const expired = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })}\n`;
const statusReasons: Readonly<Record<string, string>> = {
  '410': 'Expired',
  '429': 'TooManyRequests',
  '500': 'InternalError',
  '503': 'ServiceUnavailable',
};

/** A proxy with one kind of trouble at a time. */
export class FaultyProxy {
  readonly #target: URL;
  readonly #tls: ProxyTarget['tls'];
  readonly #random: Random;
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });
  readonly #sockets = new Set<Socket>();
  /** Watches that are open, by how to end them. */
  readonly #watches = new Set<() => void>();
  readonly #oldLists = new Map<string, ListAnswer>();
  /** Versions that lists were at, by path. */
  readonly #oldVersions = new Map<string, string[]>();
  readonly #oldEvents = new Map<string, string[]>();
  #fault: Meeting = 'none';
  #probability = 0;
  #inflicted = 0;

  constructor(target: ProxyTarget, random: Random) {
    this.#target = new URL(target.url);
    this.#tls = target.tls;
    this.#random = random;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** How many requests and events met a fault. */
  get inflicted(): number {
    return this.#inflicted;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on requests, and events of watches, meet `fault` with `probability`. */
  suffer(fault: FaultName, probability: number): void {
    this.#fault = fault;
    this.#probability = probability;
  }

  /** From now on nothing goes wrong any more; what went wrong stays so. */
  heal(): void {
    this.#fault = 'none';
  }

  /** Ends every watch in good order, so that new ones meet the fault of the hour. */
  endWatches(): void {
    for (const end of this.#watches) end();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** What the next request or event meets, of the faults that `concern` it. */
  #meet(...concern: readonly FaultName[]): Meeting {
    const fault = this.#fault;
    if (fault === 'none' || !concern.includes(fault) || !this.#random.chance(this.#probability)) return 'none';
    this.#inflicted++;
    return fault;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#meet('drop', 'delay', '410', '429', '500', '503');
    if (fault === 'drop') response.destroy();
    else if (statusReasons[fault] !== undefined) refuse(response, fault);
    else {
      if (fault === 'delay') await pause(this.#random.between(1, longestDelayMs));
      this.#forward(request, response);
    }
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/' } = request;
    const headers = { ...request.headers, host: this.#target.host };
    const options = { method, headers, agent: false, ...this.#tls } as const;
    const ask = this.#target.protocol === 'https:' ? askTls : askPlain;
    const upstream = ask(this.#aged(new URL(url, this.#target)), options, (answer) => {
      if (url.includes('watch=true') && answer.statusCode === 200) this.#relayWatch(url, answer, response);
      else void this.#relayList(url, answer, response);
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  /** The same question, but about an earlier state: as an API server with a cold cache, or another one, answers. */
  #aged(url: URL): URL {
    const { pathname, searchParams } = url;
    const [first, ...others] = this.#oldVersions.get(pathname) ?? [];
    if (first === undefined || searchParams.has('continue') || this.#meet('oldVersion') === 'none') return url;
    searchParams.set('resourceVersion', this.#random.pick([first, ...others]));
    if (!searchParams.has('watch')) searchParams.set('resourceVersionMatch', 'Exact');
    return url;
  }

  /** The first list of all, which is the oldest there is and makes the longest way back. Remembers the version of `list`. */
  #firstOf(url: string, list: ListAnswer): ListAnswer {
    const { pathname } = new URL(url, this.#target);
    const version = versionOf(list);
    const known = this.#oldVersions.get(pathname) ?? [];
    if (version !== undefined && !known.includes(version)) this.#oldVersions.set(pathname, [...known, version]);
    const first = this.#oldLists.get(url) ?? list;
    this.#oldLists.set(url, first);
    return first;
  }

  async #relayList(url: string, answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of answer as AsyncIterable<Buffer>) parts.push(part);
    const newest = { type: answer.headers['content-type'] ?? '', body: Buffer.concat(parts) };
    const old = answer.statusCode === 200 && !url.includes('continue=') ? this.#firstOf(url, newest) : newest;
    const fault = this.#meet('truncate', 'oldList');
    const { type, body } = fault === 'oldList' ? old : newest;
    const length = fault === 'truncate' ? this.#random.between(0, body.length - 1) : body.length;
    response.writeHead(answer.statusCode ?? 502, { 'content-type': type, 'content-length': body.length });
    response.write(body.subarray(0, length), () => {
      if (length < body.length) response.destroy();
      else response.end();
    });
  }

  #relayWatch(url: string, answer: IncomingMessage, response: ServerResponse): void {
    const path = new URL(url, this.#target).pathname;
    const end = (): void => {
      answer.destroy();
      response.end();
    };
    this.#watches.add(end);
    response.on('close', () => this.#watches.delete(end));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    let rest = '';
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (!response.writableEnded) this.#relayEvent(path, `${line}\n`, { response, end });
    });
    answer.on('end', end).on('error', end);
  }

  #relayEvent(
    path: string,
    line: string,
    { response, end }: { readonly response: ServerResponse; readonly end: () => void },
  ): void {
    const seen = this.#oldEvents.get(path) ?? [];
    this.#oldEvents.set(path, seen);
    const fault = this.#meet('truncate', 'oldEvents', 'swallow', 'expire');
    if (fault === 'swallow') return;
    if (fault === 'truncate' || fault === 'expire') {
      // In good order for HTTP, in the middle of a word for JSON.
      response.write(fault === 'expire' ? expired : line.slice(0, this.#random.between(0, line.length - 1)));
      end();
      return;
    }
    response.write(line);
    if (fault === 'oldEvents') for (const old of seen) response.write(old);
    seen.push(line);
  }
}

function versionOf({ type, body }: ListAnswer): string | undefined {
  if (!isProtobuf(type)) return /"resourceVersion":"(\d+)"/.exec(body.toString('utf8', 0, 500))?.[1];
  const list = new ListReader(new Message({}));
  list.push(body);
  const { metadata } = list.end() as { metadata: { resourceVersion?: string } };
  return metadata.resourceVersion;
}

function refuse(response: ServerResponse, fault: Meeting): void {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: Number(fault),
    reason: statusReasons[fault],
  };
  const patience = fault === '429' || fault === '503' ? { 'retry-after': '1' } : {};
  response.writeHead(Number(fault), { 'content-type': 'application/json', ...patience }).end(JSON.stringify(status));
}
