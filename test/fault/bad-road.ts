/**
 * Gets a source's kind and a seed; gives a route server whose way to the API server is bad, a cluster that changes at
 * random, and the table that a fresh compile makes of it.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { readFlags } from '../../src/compile/index.ts';
import { metricsPrefix } from '../../src/routeserver/metrics.ts';
import { makeSource, RouteServer, routeServerOptions } from '../../src/routeserver/index.ts';
import type { RouteServerOptions } from '../../src/routeserver/index.ts';
import { ProblemLog } from '../../src/routeserver/problem-log.ts';
import { Shards } from '../../src/routeserver/shards.ts';
import { TableMaker } from '../../src/routeserver/table-maker.ts';
import { systemClock } from '../../src/runtime/index.ts';
import type { Clock } from '../../src/runtime/index.ts';
import { createLogger, createMetrics } from '../../src/telemetry/index.ts';
import { hurriedClock } from '../harness/faulty-api/index.ts';
import { ingress, routeGroup, workload } from '../integration/routeserver/manifests.ts';
import { clientOf, doubledCluster } from './fault-cluster.ts';
import type { FaultCluster, FaultKind } from './fault-cluster.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import type { Random } from './random.ts';

/** Minutes of a relist, and seconds in which the watch may lag behind it, pass in fractions of a second. */
const hurry = 20;

interface Manifest {
  readonly kind: FaultKind | 'Endpoints';
  readonly metadata: { readonly name: string; readonly namespace: string };
}

function optionsFor(source: 'watch' | 'poll'): RouteServerOptions {
  const args = ['-kubernetes', '-address=127.0.0.1:0', '-support-listener=', '-enable-kubernetes-endpointslices'];
  const paces = ['-relist-interval=15s', '-publish-interval=500ms', '-source-poll-timeout=2000'];
  const { options, problems } = routeServerOptions(
    readFlags([...args, ...paces, `-source=${source}`], () => '').values,
    {},
  );
  assert.deepEqual(problems, []);
  return options;
}

/** A world in which things go wrong. */
export class BadRoad {
  readonly proxy: FaultyProxy;
  readonly logged: string[] = [];
  readonly #cluster: FaultCluster;
  readonly #random: Random;
  readonly #options: RouteServerOptions;
  readonly #metrics = createMetrics({ prefix: metricsPrefix, process: false });
  #server: RouteServer | undefined;
  #version = 0;
  readonly #ends: (() => Promise<void> | void)[] = [];

  private constructor(cluster: FaultCluster, random: Random, source: 'watch' | 'poll') {
    this.#cluster = cluster;
    this.#random = random;
    this.#options = optionsFor(source);
    this.proxy = new FaultyProxy(cluster.target, random);
  }

  /** Some objects in `cluster`, which ends with the road, and a route server that is not started yet. */
  static async open(random: Random, source: 'watch' | 'poll', cluster?: FaultCluster): Promise<BadRoad> {
    const road = new BadRoad(cluster ?? (await doubledCluster()), random, source);
    for (let at = 0; at < 10; at++) await road.change();
    return road;
  }

  /** Starts the route server. */
  async start(clock: Clock = hurriedClock(hurry)): Promise<void> {
    const { client, config } = clientOf(await this.proxy.listen());
    const metrics = this.#metrics;
    const write = (line: string): void => void this.logged.push(line);
    const log = createLogger({ name: 'fault', level: 'info', destination: { write } });
    const options = this.#options;
    const source = makeSource({ options, client, clock, log, metrics });
    this.#server = new RouteServer({ options, source, clock, log, metrics });
    const components = this.#server.components();
    for (const component of components) await component.start?.(new AbortController().signal);
    this.#ends.push(async () => {
      for (const component of components.toReversed()) await component.stop?.(AbortSignal.abort());
      await config.close();
    });
  }

  async close(): Promise<void> {
    for (const end of this.#ends) await end();
    this.proxy.close();
    await this.#cluster.stop();
  }

  /** Something happens to one application: it comes, changes, scales or goes. */
  async change(): Promise<void> {
    const random = this.#random;
    const name = `app-${random.between(0, 7)}`;
    const host = `${name}.example.org`;
    this.#version++;
    switch (random.pick(['ingress', 'routeGroup', 'workload', 'scale', 'goes'] as const)) {
      case 'ingress':
        await this.apply(ingress(name, host, String(this.#version)));
        break;
      case 'routeGroup':
        await this.apply(routeGroup(name, `${this.#version}.${host}`));
        break;
      case 'workload':
        await this.apply(...workload(name));
        break;
      case 'scale':
        await this.apply(...workload(name).map((text) => text.replaceAll('10.2.1.1', `10.3.0.${this.#version % 250}`)));
        break;
      case 'goes':
        await this.#remove(random.pick(['Ingress', 'RouteGroup', 'Service', 'EndpointSlice']), name);
    }
  }

  /** What the route server serves; `''` before it has routes. */
  async served(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#server?.port ?? 0}/routes`);
    const text = await response.text();
    return response.status === 200 ? text : '';
  }

  /** What the route server says of itself: its status, and each fact. */
  async health(): Promise<{ readonly status: number; readonly facts: Readonly<Record<string, unknown>> }> {
    const response = await fetch(`http://127.0.0.1:${this.#server?.port ?? 0}/health?verbose=json`);
    return { status: response.status, facts: (await response.json()) as Readonly<Record<string, unknown>> };
  }

  /** What a route server makes of the cluster that has just started and has a good way to the API server. */
  async fresh(): Promise<string> {
    const { client, config } = this.#cluster.connect();
    const metrics = createMetrics({ process: false });
    const log = createLogger({ name: 'fresh', level: 'silent' });
    const options = { ...this.#options, source: 'poll' as const };
    const source = makeSource({ options, client, clock: systemClock, log, metrics });
    const listed = Promise.withResolvers<undefined>();
    source.start(() => {
      listed.resolve(undefined);
    });
    await listed.promise;
    const shards = new Shards([], true);
    const parts = {
      source,
      shards,
      clock: systemClock,
      defaultFilters: () => none,
      problems: new ProblemLog(log, metrics),
    };
    const chunks = await new TableMaker({ ...parts, compile: options.compile }).make();
    await source.stop();
    await config.close();
    return (chunks ?? []).flatMap(({ lines }) => lines.map(({ text }) => text)).join('\n');
  }

  /** Puts an object of whatever form into the cluster, or takes it out again. */
  putRaw(kind: FaultKind, name: string, object: object | undefined): Promise<void> {
    return object === undefined ? this.#cluster.remove(kind, name) : this.#cluster.put(kind, name, object);
  }

  /** The metrics, as text. */
  metrics(): Promise<string> {
    return this.#metrics.render();
  }

  /** Puts manifests into the cluster, as kubectl would. */
  async apply(...manifests: readonly string[]): Promise<void> {
    for (const document of manifests.flatMap((text) => parseAllDocuments(text))) {
      const manifest = document.toJS() as Manifest | null;
      if (manifest === null || manifest.kind === 'Endpoints') continue;
      await this.#cluster.put(manifest.kind, manifest.metadata.name, manifest);
    }
  }

  #remove(kind: FaultKind, name: string): Promise<void> {
    return this.#cluster.remove(kind, kind === 'EndpointSlice' ? `${name}-x` : name);
  }
}

const none: ReadonlyMap<string, string> = new Map();

/** Lets what is under way go on. */
export async function breathe(turns: number): Promise<void> {
  for (let at = 0; at < turns; at++) await turn();
}
