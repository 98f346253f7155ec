/** Local servers that stand in for pods and for Skipper, and a clock whose timers are fired by hand. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { BalancerClock } from '../balancer-adapter/index.ts';
import { Balancer } from '../balancer/index.ts';
import type { BalancerOptions, Endpoint, EndpointInput } from '../balancer/index.ts';
import { BalancedDispatcher } from './index.ts';
import type { BalancedDispatcherOptions } from './index.ts';

/** What a pod does with a request; by default it answers with its name. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export class Pod {
  readonly name: string;
  readonly requests: IncomingMessage[] = [];
  behaviour: Behaviour = (_request, response) => response.end(this.name);
  #sockets = 0;
  readonly #server: Server;

  constructor(name: string) {
    this.name = name;
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      request.resume();
      this.behaviour(request, response);
    });
    // A pod closes connections only when a test says so.
    this.#server.keepAliveTimeout = 0;
    this.#server.on('connection', (socket) => {
      this.#sockets++;
      socket.on('close', () => this.#sockets--);
    });
  }

  get sockets(): number {
    return this.#sockets;
  }

  get endpoint(): EndpointInput {
    const { port } = this.#server.address() as AddressInfo;
    return { address: `http://127.0.0.1:${port}`, pod: this.name, node: `node-of-${this.name}`, zone: 'north' };
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export async function startPods(t: TestContext, ...names: readonly string[]): Promise<Pod[]> {
  const pods = await Promise.all(names.map((name) => new Pod(name).start()));
  t.after(() => Promise.all(pods.map((pod) => pod.stop())));
  return pods;
}

/** An endpoint at which nothing listens. */
export async function deadEndpoint(name: string): Promise<EndpointInput> {
  const pod = await new Pod(name).start();
  const { endpoint } = pod;
  await pod.stop();
  return endpoint;
}

/** Timers fire when `fire` is called; time passes by them only. */
export class HandClock implements BalancerClock {
  readonly #timers = new Map<() => void, number>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, run: () => void): { cancel: () => void } {
    this.#timers.set(run, this.#now + delayMs);
    return { cancel: () => this.#timers.delete(run) };
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass. */
  fire(ms: number): void {
    this.#now += ms;
    for (const [run, dueAt] of [...this.#timers]) {
      if (dueAt > this.#now) continue;
      this.#timers.delete(run);
      run();
    }
  }
}

/** Counts what the dispatcher tells the balancer. */
export class CountingBalancer extends Balancer {
  begun = 0;
  finished = 0;
  failures = 0;

  override begin(endpoint: Endpoint): void {
    this.begun++;
    super.begin(endpoint);
  }

  override finish(endpoint: Endpoint, durationMs: number, failed = false): void {
    this.finished++;
    if (failed) this.failures++;
    super.finish(endpoint, durationMs, failed);
  }

  get inflight(): number {
    return this.snapshot().endpoints.reduce((sum, { inflight }) => sum + inflight, 0);
  }
}

export function aBalancer(endpoints: readonly EndpointInput[], options: BalancerOptions = {}): CountingBalancer {
  const balancer = new CountingBalancer({ now: () => 0, random: () => 0.5 }, options);
  balancer.update(endpoints);
  return balancer;
}

/** Keys come from the header `x-key`; retries do not wait; closed at the end of the test. */
export function aDispatcher(
  t: TestContext,
  options: Omit<BalancedDispatcherOptions, 'balancer'> & { balancer: CountingBalancer },
): BalancedDispatcher {
  const dispatcher = new BalancedDispatcher({ key: '${request.header.x-key}', retryJitterMs: 0, ...options });
  t.after(() => dispatcher.destroy());
  return dispatcher;
}

/** A key that belongs to the endpoint. */
export function keyOf(balancer: Balancer, address: string): string {
  for (let i = 0; i < 100_000; i++) if (balancer.pick(`key-${i}`, 'latin1').address === address) return `key-${i}`;
  throw new Error(`no key for ${address}`);
}

/** Resolves when `isSo` says so; looks after each turn of the loop. */
export async function until(what: string, isSo: () => boolean, deadlineMs = 60_000): Promise<void> {
  const endsAt = performance.now() + deadlineMs;
  while (!isSo()) {
    if (performance.now() > endsAt) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
