/** Gets the store of raw configs; gives them decoded, by key, by namespace and by the Deployment that they name. */
import { decodeRouteServerConfig, type RouteServerConfig } from '../api/index.ts';
import type { KubeObject, ReadonlyStore } from '../kube/index.ts';
import type { Labels } from '../manifests/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { concernsFleet, configConcerned, ofFleet, type Concern } from './concerns.ts';
import type { Change, World } from './world.ts';

interface Decoded {
  readonly raw: KubeObject;
  readonly config: RouteServerConfig | undefined;
}

export class ConfigBook {
  readonly #store: ReadonlyStore<KubeObject>;
  readonly #log: Pick<Logger, 'error'>;
  /** As long as the stored object is the same. */
  readonly #decoded = new Map<string, Decoded>();
  readonly #byFleet;
  readonly #byNamespace;

  constructor(store: ReadonlyStore<KubeObject>, log: Pick<Logger, 'error'>) {
    this.#store = store;
    this.#log = log;
    this.#byFleet = store.addIndex((_, key) => {
      const fleet = fleetOf(this.get(key));
      return fleet === undefined ? [] : [fleet];
    });
    this.#byNamespace = store.addIndex(({ metadata }) => [metadata.namespace ?? '']);
  }

  /** `undefined` when it is gone, or cannot be read. */
  get(key: string): RouteServerConfig | undefined {
    const raw = this.#store.get(key);
    if (raw === undefined) {
      this.#decoded.delete(key);
      return undefined;
    }
    const known = this.#decoded.get(key);
    if (known?.raw === raw) return known.config;
    const result = decodeRouteServerConfig(raw);
    // Only an object from before a change of the CRD can be like this: the API server checks what is written.
    if (!result.ok) this.#log.error({ key, problems: result.problems }, 'the object cannot be read; it is left alone');
    const config = result.ok ? result.config : undefined;
    this.#decoded.set(key, { raw, config });
    return config;
  }

  /** Those that name a Deployment; more than one would fight over it. */
  ofFleet(fleet: Concern): readonly RouteServerConfig[] {
    return this.#read(this.#byFleet.keys(fleet));
  }

  /** Those that would see a change. */
  concernedBy(change: Change, world: Pick<World, 'deployments'>): readonly RouteServerConfig[] {
    if ('concerns' in change) return change.concerns.flatMap((concern) => this.#concerned(concern));
    return this.#read(this.#byNamespace.keys(change.namespace)).filter((config) => {
      const labels = labelsOfFleet(config, world);
      return change.services.some((service) => concernsFleet(service, labels, config.metadata));
    });
  }

  #concerned(concern: Concern): readonly RouteServerConfig[] {
    const key = configConcerned(concern);
    return key === undefined ? this.ofFleet(concern) : this.#read([key]);
  }

  /** Namespaces with a config that can be read. */
  namespaces(): ReadonlySet<string> {
    return new Set(this.#read([...this.#store.keys()]).map(({ metadata }) => metadata.namespace));
  }

  #read(keys: readonly string[]): readonly RouteServerConfig[] {
    return keys.map((key) => this.get(key)).filter((config) => config !== undefined);
  }
}

/** The Deployment that a config names. */
export function fleetOf(config: RouteServerConfig | undefined): Concern | undefined {
  if (config === undefined) return undefined;
  const { metadata, spec } = config;
  return ofFleet({ namespace: metadata.namespace, name: spec.skipper.deploymentRef.name });
}

function labelsOfFleet({ metadata, spec }: RouteServerConfig, world: Pick<World, 'deployments'>): Labels {
  const { namespace } = metadata;
  const skipper = world.deployments(namespace).get(`${namespace}/${spec.skipper.deploymentRef.name}`);
  return (skipper?.deployment.spec.template.metadata?.['labels'] ?? {}) as Labels;
}
