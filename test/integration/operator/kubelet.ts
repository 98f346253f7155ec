/**
 * Plays kubelet where there is no node: gives each pod an address and makes it ready, and lets the containers "serve":
 * Skippers show a table on their support port, route servers answer under the name of their Service.
 */
import { kinds, ListWatch, type KubeClient, type KubeObject } from '../../../src/kube/index.ts';
import { systemClock } from '../../../src/runtime/index.ts';
import type { Logger } from '../../../src/telemetry/index.ts';
import type { SupportListeners } from '../../../src/operator/shadow/support-listeners.test-support.ts';

/** One route, the same in all tables until a test says otherwise. */
export const aTable = 'kube_shop__web: Host(/^web[.]example[.]org$/) -> "http://10.9.0.1:80";\n';

type Labels = Readonly<Record<string, string>>;
interface Spec {
  readonly containers: readonly { readonly args?: readonly string[] }[];
}

export class Kubelet {
  /** What fed Skippers show; direct ones show `aTable`. By namespace. */
  readonly fedTables = new Map<string, string>();
  readonly #client: KubeClient;
  readonly #listeners: SupportListeners;
  readonly #pods: ListWatch<KubeObject>;
  readonly #stopped = new AbortController();
  readonly #addresses = new Map<string, string>();
  readonly #routeServers = new Map<string, Set<string>>();
  /** What the scheduler says of companions' pods. By namespace. */
  readonly #noRoom = new Map<string, string>();

  constructor(client: KubeClient, listeners: SupportListeners, log: Logger) {
    this.#client = client;
    this.#listeners = listeners;
    this.#pods = new ListWatch({ client, log, clock: systemClock, kind: kinds.Pod, decode: (raw) => raw });
    this.#pods.store.subscribe((key) => {
      const pod = this.#pods.store.get(key);
      if (pod === undefined) this.#end(key);
      else void this.#run(key, pod);
    });
  }

  async start(): Promise<void> {
    this.#pods.start();
    await this.#pods.whenSynced();
  }

  stop(): Promise<void> {
    this.#stopped.abort();
    return this.#pods.stop();
  }

  /** Shows other routes on all fed Skippers of a namespace, those to come included. */
  feed(namespace: string, table: string): void {
    this.fedTables.set(namespace, table);
    for (const [key, pod] of this.#pods.store.entries()) {
      const address = this.#addresses.get(key);
      if (address !== undefined && pod.metadata.namespace === namespace) this.#serve(pod, address);
    }
  }

  /** From now on pods of companions find no node in a namespace, and the scheduler says why. */
  hasNoRoom(namespace: string, why: string): void {
    this.#noRoom.set(namespace, why);
  }

  /** They find one again, those that wait included. */
  hasRoom(namespace: string): void {
    this.#noRoom.delete(namespace);
    for (const [key, pod] of this.#pods.store.entries()) void this.#run(key, pod);
  }

  async #run(key: string, pod: KubeObject): Promise<void> {
    if (this.#addresses.has(key)) return;
    const why = isOfCompanion(pod) ? this.#noRoom.get(pod.metadata.namespace ?? '') : undefined;
    if (why !== undefined) {
      const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: why };
      await this.#says(key, pod, { phase: 'Pending', conditions: [condition] });
      return;
    }
    const number = this.#addresses.size + 1;
    const address = `10.0.${number >> 8}.${number & 255}`;
    this.#addresses.set(key, address);
    this.#serve(pod, address);
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' }));
    const status = { phase: 'Running', podIP: address, podIPs: [{ ip: address }], conditions };
    await this.#says(key, pod, status);
  }

  /** Tries until the API server has taken it, or the pod is gone. */
  async #says(key: string, { metadata }: KubeObject, status: object): Promise<void> {
    const { namespace = '', name } = metadata;
    while (this.#pods.store.get(key) !== undefined && !this.#stopped.signal.aborted) {
      try {
        await this.#client.patchStatus(kinds.Pod, { namespace, name }, { type: 'merge', body: { status } });
        return;
      } catch {
        await systemClock.sleep(100);
      }
    }
  }

  #serve(pod: KubeObject, address: string): void {
    const labels: Labels = pod.metadata.labels ?? {};
    const namespace = pod.metadata.namespace ?? '';
    if (labels['app.kubernetes.io/component'] === 'route-server') {
      const service = serviceOf(namespace, labels);
      this.#routeServersOf(service).add(`${namespace}/${pod.metadata.name}`);
      this.#listeners.tables.set(service, aTable);
      return;
    }
    const args = (pod['spec'] as Spec).containers.flatMap((container) => container.args ?? []);
    const settings = pod.metadata.annotations?.['routesrv.dev/skipper-settings'] ?? '';
    const isFed = settings.startsWith('routeServer/') || args.some((arg) => arg.startsWith('-routes-urls='));
    this.#listeners.tables.set(address, isFed ? (this.fedTables.get(namespace) ?? aTable) : aTable);
  }

  #end(key: string): void {
    const address = this.#addresses.get(key);
    if (address !== undefined) this.#listeners.tables.delete(address);
    for (const [service, pods] of this.#routeServers) {
      if (pods.delete(key) && pods.size === 0) this.#listeners.tables.delete(service);
    }
  }

  #routeServersOf(service: string): Set<string> {
    const known = this.#routeServers.get(service) ?? new Set<string>();
    this.#routeServers.set(service, known);
    return known;
  }
}

const isOfCompanion = ({ metadata }: KubeObject): boolean => metadata.labels?.['routesrv.dev/companion'] !== undefined;

const serviceOf = (namespace: string, labels: Labels): string =>
  `${labels['routesrv.dev/config']}-routesrv.${namespace}.svc.cluster.local`;
