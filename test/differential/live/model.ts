/** Gets changes; gives what has to be written to the API for each, by what is there: a pure model of a cluster. */
import type { Json } from '../arbitraries/services.ts';
import { admissible } from './admissible.ts';
import type { Change, Touch } from './sequence.ts';

/** One write. */
export interface Write {
  readonly verb: 'put' | 'remove';
  readonly object: Json;
}

const protocol = 'zalando.org/skipper-backend-protocol';
const put = (object: Json): Write => ({ verb: 'put', object });
const remove = (object: Json): Write => ({ verb: 'remove', object });

/** `Ingress/shop/a`. */
export function identityOf({ kind, metadata }: Json): string {
  const { namespace, name } = metadata as Json;
  return [kind, namespace, name].join('/');
}

function withMetadata(object: Json, fields: Json): Json {
  return { ...object, metadata: { ...(object['metadata'] as Json), ...fields } };
}

function annotationsOf(object: Json): Json {
  return ((object['metadata'] as Json)['annotations'] ?? {}) as Json;
}

function withAnnotation(object: Json, name: string, value: string | null): Json {
  const others = Object.entries(annotationsOf(object)).filter(([other]) => other !== name);
  const own = value === null ? [] : [[name, value] as const];
  return withMetadata(object, { annotations: Object.fromEntries([...others, ...own]) });
}

function mapEach(object: Json, name: string, change: (item: Json, at: number) => Json): Json {
  const items = object[name] as readonly Json[] | null | undefined;
  return Array.isArray(items) ? { ...object, [name]: items.map(change) } : object;
}

/** Every second endpoint; of Endpoints, whole subsets change sides. */
function withReadiness(object: Json, isReady: boolean): Json {
  if (object['kind'] === 'EndpointSlice') {
    const flip = (endpoint: Json, at: number) =>
      at % 2 === 0 ? { ...endpoint, conditions: { ready: isReady } } : endpoint;
    return mapEach(object, 'endpoints', flip);
  }
  return mapEach(object, 'subsets', ({ addresses = [], notReadyAddresses = [], ...others }) => {
    const all = [...(addresses as readonly Json[]), ...(notReadyAddresses as readonly Json[])];
    const unique = [...new Map(all.map((address) => [address['ip'], address])).values()];
    return isReady ? { ...others, addresses: unique } : { ...others, notReadyAddresses: unique };
  });
}

/** Pods are replaced by others. */
function withAddresses(object: Json, by: number): Json {
  const moved = JSON.stringify(object).replace(/10\.2\.0\.(\d+)/g, (_, last: string) => `10.2.1.${Number(last) + by}`);
  return JSON.parse(moved) as Json;
}

function touched(object: Json, { on, value }: Touch): Json {
  switch (on) {
    case 'note':
      return withAnnotation(object, 'example.org/note', value);
    case 'labels':
      return withMetadata(object, { labels: value });
    case 'annotations':
      return withMetadata(object, { annotations: value });
    case 'readiness':
      return withReadiness(object, value);
    case 'addresses':
      return withAddresses(object, value);
  }
}

/** What is in a cluster, as far as the API server took it. */
export class Model {
  readonly #objects = new Map<string, Json>();
  readonly #removed = new Map<string, Json>();
  /** One for all RouteGroups of a namespace, see arbitraries/cluster.ts. */
  readonly #protocols = new Map<string, string | null>();

  get objects(): readonly Json[] {
    return [...this.#objects.values()];
  }

  /** Takes note of a write that the API server let pass. */
  took({ verb, object }: Write): void {
    const [to, from] = verb === 'put' ? [this.#objects, this.#removed] : [this.#removed, this.#objects];
    to.set(identityOf(object), object);
    from.delete(identityOf(object));
  }

  /** Writes of a change to what is there now, in order. */
  writes(change: Change): readonly Write[] {
    switch (change.type) {
      case 'put':
        return [put(this.#shaped(change.object))];
      case 'workload':
        return this.#workload(change.namespace, change.name, change.objects);
      case 'protocol':
        this.#protocols.set(change.namespace, change.value);
        return this.objects
          .filter((object) => this.#isGroupIn(object, change.namespace))
          .map((group) => put(this.#shaped(group)));
      case 'remove':
        return this.#at(this.objects, change.at).map(remove);
      case 'restore':
        return this.#at([...this.#removed.values()], change.at).map((object) => put(this.#shaped(object)));
      case 'again':
        return this.#at(this.objects, change.at).flatMap((object) => [remove(object), put(object)]);
      case 'touch': {
        const candidates = this.objects.filter(({ kind }) => kind === change.kind);
        return this.#at(candidates, change.at).map((object) => put(this.#shaped(touched(object, change.touch))));
      }
    }
  }

  #at(objects: readonly Json[], at: number): readonly Json[] {
    const found = objects[at % Math.max(1, objects.length)];
    return found === undefined ? [] : [found];
  }

  #isGroupIn({ kind, metadata }: Json, namespace: string): boolean {
    return kind === 'RouteGroup' && (metadata as Json)['namespace'] === namespace;
  }

  #shaped(object: Json): Json {
    const shaped = admissible(object);
    if (shaped['kind'] !== 'RouteGroup') return shaped;
    const namespace = String((shaped['metadata'] as Json)['namespace']);
    return withAnnotation(shaped, protocol, this.#protocols.get(namespace) ?? null);
  }

  /** A Service and what stands behind it, as a whole: what is not among the new objects goes. */
  #workload(namespace: string, name: string, objects: readonly Json[]): readonly Write[] {
    const wanted = objects.map((object) => this.#shaped(object));
    const stays = new Set(wanted.map(identityOf));
    const dns = name.replace('.', '-');
    const own = [`Service/${namespace}/${dns}`, `Endpoints/${namespace}/${dns}`];
    const slices = [1, 2].map((index) => `EndpointSlice/${namespace}/${dns}-${index}`);
    const goes = [...own, ...slices].filter((identity) => !stays.has(identity));
    return [...this.objects.filter((object) => goes.includes(identityOf(object))).map(remove), ...wanted.map(put)];
  }
}
