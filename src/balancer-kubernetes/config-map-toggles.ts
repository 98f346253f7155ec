/** Gets the name of the operator's ConfigMap, gives the toggles in it, watched through the API. */
import { nameIn } from '../balancer-adapter/index.ts';
import { LastGoodToggles, togglesKey } from '../balancer-toggles/index.ts';
import type { LastGoodOptions, Toggles, TogglesSource } from '../balancer-toggles/index.ts';
import { Cursor, keyOf, formatKey, kinds } from '../kube/index.ts';
import type { KubeObject } from '../kube/index.ts';
import { watchCluster } from './cluster-watch.ts';
import type { ClusterOptions } from './cluster-options.ts';
import type { ClusterWatch } from './cluster-watch.ts';

/** Which ConfigMap, in which cluster. */
export interface ConfigMapTogglesOptions extends ClusterOptions, LastGoodOptions {
  /** Where the ConfigMap is. */
  readonly namespace: string;
  /** Name of the ConfigMap. */
  readonly configMap: string;
}

/**
 * For processes that cannot mount the ConfigMap or cannot wait for the kubelet's minute: a change is here at once.
 * Needs the right to list and watch that ConfigMap. Experimental.
 */
export class ConfigMapToggles implements TogglesSource {
  readonly #toggles: LastGoodToggles;
  readonly #watch: ClusterWatch<string>;
  readonly #key: string;

  /**
   * Does not begin yet.
   * @throws BalancerError RSRV_BALANCER_OPTION without the names
   * @throws Error when there is no such kubeconfig or context
   */
  constructor(options: ConfigMapTogglesOptions) {
    const of = 'the ConfigMap toggles';
    const namespace = nameIn({ of, option: 'namespace' }, options.namespace);
    const configMap = nameIn({ of, option: 'configMap' }, options.configMap);
    this.#key = formatKey({ namespace, name: configMap });
    this.#toggles = new LastGoodToggles(options);
    const fieldSelector = `metadata.name=${configMap}`;
    const subject = { kind: kinds.ConfigMap, namespace, fieldSelector, decode: textOf } as const;
    this.#watch = watchCluster(options, { ...subject, source: 'toggles' });
  }

  get current(): Toggles {
    return this.#toggles.current;
  }

  /** Why what is in the ConfigMap now is not in force; undefined when it is. */
  get problem(): Error | undefined {
    return this.#toggles.problem;
  }

  start(): void {
    const { listWatch } = this.#watch;
    listWatch.store.subscribe(() => {
      const text = listWatch.store.get(this.#key);
      if (text === undefined) this.#toggles.fail(new Error(`ConfigMap ${this.#key} is gone`));
      else this.#toggles.offer(text);
    });
    listWatch.start();
  }

  close(): Promise<void> {
    return this.#watch.close();
  }
}

function textOf(raw: KubeObject): string {
  const path = `ConfigMap ${formatKey(keyOf(raw))}`;
  return new Cursor(raw, path).field('data').field(togglesKey).string();
}
