/**
 * Gets a source's kind and a seed; gives a route server whose way to the API server is bad, a cluster that changes at
 * random, and the table that a fresh compile makes of it.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { readFlags } from '../../src/compile/index.ts';
import { ClusterConfig, KubeClient } from '../../src/kube/index.ts';
import { metricsPrefix } from '../../src/routeserver/metrics.ts';
import { makeSource, RouteServer, routeServerOptions } from '../../src/routeserver/index.ts';
import type { RouteServerOptions } from '../../src/routeserver/index.ts';
import { ProblemLog } from '../../src/routeserver/problem-log.ts';
import { Shards } from '../../src/routeserver/shards.ts';
import { TableMaker } from '../../src/routeserver/table-maker.ts';
import { systemClock } from '../../src/runtime/index.ts';
import { createLogger, createMetrics } from '../../src/telemetry/index.ts';
import { FaultyApi, hurriedClock } from '../harness/faulty-api/index.ts';
import { ingress, routeGroup, workload } from '../integration/routeserver/manifests.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import type { Random } from './random.ts';

const collections: Readonly<Record<string, string>> = {
  Ingress: '/apis/networking.k8s.io/v1/ingresses',
  RouteGroup: '/apis/zalando.org/v1/routegroups',
  Service: '/api/v1/services',
  EndpointSlice: '/apis/discovery.k8s.io/v1/endpointslices',
};
const apiVersions: Readonly<Record<string, string>> = {
  Ingress: 'networking.k8s.io/v1',
  RouteGroup: 'zalando.org/v1',
  Service: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
};
/** Minutes of a relist, and seconds in which the watch may lag behind it, pass in fractions of a second. */
const hurry = 20;

interface Manifest {
  readonly kind: string;
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

function clientOf(url: string): { readonly client: KubeClient; readonly config: ClusterConfig } {
  const config = new ClusterConfig();
  config.loadFromClusterAndUser({ name: 'fault', server: url, skipTLSVerify: true }, { name: 'fault' });
  return { config, client: new KubeClient({ config, userAgent: 'fault' }) };
}

/** A world in which things go wrong. */
export class BadRoad {
  readonly proxy: FaultyProxy;
  readonly logged: string[] = [];
  readonly #api: FaultyApi;
  readonly #random: Random;
  readonly #options: RouteServerOptions;
  readonly #metrics = createMetrics({ prefix: metricsPrefix, process: false });
  #server: RouteServer | undefined;
  #version = 0;
  readonly #ends: (() => Promise<void> | void)[] = [];

  private constructor(api: FaultyApi, random: Random, source: 'watch' | 'poll') {
    this.#api = api;
    this.#random = random;
    this.#options = optionsFor(source);
    this.proxy = new FaultyProxy(api.url, random);
  }

  /** A cluster with some objects, and a route server that has begun to read it, through a proxy with `fault` if any. */
  static async open(random: Random, source: 'watch' | 'poll'): Promise<BadRoad> {
    const road = new BadRoad(await FaultyApi.start(), random, source);
    for (let at = 0; at < 10; at++) road.change();
    return road;
  }

  /** Starts the route server. */
  async start(): Promise<void> {
    const { client, config } = clientOf(await this.proxy.listen());
    const clock = hurriedClock(hurry);
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
    await this.#api.stop();
  }

  /** Something happens to one application: it comes, changes, scales or goes. */
  change(): void {
    const random = this.#random;
    const name = `app-${random.between(0, 7)}`;
    const host = `${name}.example.org`;
    this.#version++;
    switch (random.pick(['ingress', 'routeGroup', 'workload', 'scale', 'goes'] as const)) {
      case 'ingress':
        this.apply(ingress(name, host, String(this.#version)));
        break;
      case 'routeGroup':
        this.apply(routeGroup(name, `${this.#version}.${host}`));
        break;
      case 'workload':
        this.apply(...workload(name));
        break;
      case 'scale':
        this.apply(...workload(name).map((text) => text.replaceAll('10.2.1.1', `10.3.0.${this.#version % 250}`)));
        break;
      case 'goes':
        this.#remove(random.pick(['Ingress', 'RouteGroup', 'Service', 'EndpointSlice']), name);
    }
  }

  /** What the route server serves; `''` before it has routes. */
  async served(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#server?.port ?? 0}/routes`);
    const text = await response.text();
    return response.status === 200 ? text : '';
  }

  /** What a route server makes of the cluster that has just started and has a good way to the API server. */
  async fresh(): Promise<string> {
    const { client, config } = clientOf(this.#api.url);
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
  putRaw(kind: keyof typeof collections, name: string, object: object | undefined): void {
    const collection = this.#api.collection(collections[kind] ?? '');
    if (object === undefined) collection.remove(`default/${name}`);
    else {
      const metadata = { ...(object as { readonly metadata?: object }).metadata, name, namespace: 'default' };
      collection.put({ apiVersion: apiVersions[kind] ?? 'v1', kind, ...object, metadata });
    }
  }

  /** The metrics, as text. */
  metrics(): Promise<string> {
    return this.#metrics.render();
  }

  /** Puts manifests into the cluster, as kubectl would. */
  apply(...manifests: readonly string[]): void {
    for (const document of manifests.flatMap((text) => parseAllDocuments(text))) {
      const manifest = document.toJS() as Manifest | null;
      const path = collections[manifest?.kind ?? ''];
      if (manifest !== null && path !== undefined) this.#api.collection(path).put({ ...manifest });
    }
  }

  #remove(kind: string, name: string): void {
    const key = `default/${name}${kind === 'EndpointSlice' ? '-x' : ''}`;
    this.#api.collection(collections[kind] ?? '').remove(key);
  }
}

const none: ReadonlyMap<string, string> = new Map();

/** Lets what is under way go on. */
export async function breathe(turns: number): Promise<void> {
  for (let at = 0; at < turns; at++) await turn();
}
