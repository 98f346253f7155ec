/** The words of the operator's integration tests: a fleet in a namespace of its own, what is done to it, what is seen. */
import type { ConditionType, RouteServerConfig, RouteServerConfigStatus, WrittenSpec } from '../../../src/api/index.ts';
import { kinds, type KubeObject, type ResourceKind } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import type { Ground } from '../kube/ground.ts';

export const configName = 'ingress';
/** As a person's Deployment has them: the program's name first, and a flag that both sides need. */
export const ownArgs = ['skipper', '-kubernetes', '-kubernetes-in-cluster', '-wait-for-healthcheck-interval=5s'];

/** Kinds of which the operator makes objects. */
const madeKinds: readonly ResourceKind[] = [
  kinds.Deployment,
  kinds.Service,
  kinds.ServiceAccount,
  kinds.ConfigMap,
  kinds.PodDisruptionBudget,
  kinds.HorizontalPodAutoscaler,
  kinds.RoleBinding,
  kinds.ClusterRoleBinding,
];

/** Quick intervals, and no field that this version would not act on. */
const calmSpec: WrittenSpec = {
  skipper: { deploymentRef: { name: 'skipper-ingress' } },
  shadow: { interval: '2s' },
  rollout: { steps: [100], inSyncFor: '1s', bake: '1h' },
  fallback: { enabled: false },
};

/** @param size how many Skippers its owner wants */
export function skipperDeployment(namespace: string, args: readonly string[] = ownArgs, size = 2): KubeObject {
  const labels = { application: 'skipper-ingress' };
  const container = {
    name: 'skipper',
    image: 'skipper',
    args,
    readinessProbe: { httpGet: { path: '/kube-system/healthz', port: 9999 } },
  };
  return {
    metadata: { namespace, name: 'skipper-ingress' },
    spec: {
      replicas: size,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

export class Fleet {
  readonly namespace: string;
  readonly #ground: Ground;

  constructor(ground: Ground, namespace: string) {
    this.#ground = ground;
    this.namespace = namespace;
  }

  get client() {
    return this.#ground.client;
  }

  async deploys(deployment: KubeObject): Promise<void> {
    await this.client.apply(kinds.Deployment, deployment, { fieldManager: 'person', force: true });
  }

  async personSets(spec: Partial<WrittenSpec>, name = configName): Promise<void> {
    const config = { metadata: { namespace: this.namespace, name }, spec: { ...calmSpec, ...spec } };
    await this.client.apply(kinds.RouteServerConfig, config, { fieldManager: 'person', force: true });
  }

  async personDeletes(name = configName): Promise<void> {
    await this.client.delete(kinds.RouteServerConfig, { namespace: this.namespace, name });
  }

  async config(name = configName): Promise<RouteServerConfig | undefined> {
    const found = await this.client.find(kinds.RouteServerConfig, { namespace: this.namespace, name });
    return found as unknown as RouteServerConfig | undefined;
  }

  /** Waits until the operator has written a status about the newest spec that `isReached`. */
  async statusShows(
    what: string,
    isReached: (status: RouteServerConfigStatus) => boolean,
    name = configName,
  ): Promise<RouteServerConfigStatus> {
    let last: RouteServerConfigStatus | undefined;
    const explain = (): Promise<string> =>
      Promise.resolve(`${JSON.stringify(last, null, 1)}\n${this.#ground.lines.slice(-5).join('')}`);
    return until({ what, deadlineMs: 40_000, explain }, async () => {
      const config = await this.config(name);
      last = config?.status;
      const isCurrent = last?.observedGeneration === config?.metadata.generation;
      return last !== undefined && isCurrent && isReached(last) ? last : undefined;
    });
  }

  phaseIs(phase: string): Promise<RouteServerConfigStatus> {
    return this.statusShows(`phase ${phase}`, (status) => status.phase === phase);
  }

  /** Waits for a condition, given as `Type Status Reason`, and gives its message. */
  async conditionIs(expected: string, name = configName): Promise<string> {
    const meant = (status: RouteServerConfigStatus) =>
      status.conditions?.find((condition) => `${condition.type} ${condition.status} ${condition.reason}` === expected);
    const status = await this.statusShows(`condition ${expected}`, (seen) => meant(seen) !== undefined, name);
    return meant(status)?.message ?? '';
  }

  async condition(type: ConditionType): Promise<string> {
    const found = (await this.config())?.status?.conditions?.find((condition) => condition.type === type);
    return `${found?.status} ${found?.reason}`;
  }

  async isGone(name = configName): Promise<void> {
    await until({ what: 'the config to be gone', deadlineMs: 40_000 }, async () => {
      return (await this.config(name)) === undefined;
    });
  }

  async skipper(): Promise<KubeObject> {
    return this.client.get(kinds.Deployment, { namespace: this.namespace, name: 'skipper-ingress' });
  }

  async routeServer(): Promise<KubeObject> {
    return this.client.get(kinds.Deployment, { namespace: this.namespace, name: `${configName}-routesrv` });
  }

  async args(): Promise<readonly string[]> {
    const { spec } = (await this.skipper()) as unknown as {
      spec: { template: { spec: { containers: readonly { args: readonly string[] }[] } } };
    };
    return spec.template.spec.containers[0]?.args ?? [];
  }

  /** Somebody writes Skipper's args, by server-side apply, as GitOps tools do. */
  async writesArgs(fieldManager: string, args: readonly string[]): Promise<void> {
    const spec = { template: { spec: { containers: [{ name: 'skipper', args }] } } };
    const body = { metadata: { namespace: this.namespace, name: 'skipper-ingress' }, spec };
    await this.client.apply(kinds.Deployment, body, { fieldManager, force: true });
  }

  /** Everything that was made for this fleet, as `Kind name`. */
  async made(): Promise<readonly string[]> {
    return (await this.madeObjects()).map(({ kind, object }) => `${kind} ${object.metadata.name}`).sort();
  }

  async madeObjects(): Promise<readonly { readonly kind: string; readonly object: KubeObject }[]> {
    const labelSelector = `routesrv.dev/config-namespace=${this.namespace}`;
    const lists = madeKinds.map(async (kind) => {
      const { items } = await this.client.list(kind, { labelSelector });
      return items.map((object) => ({ kind: kind.kind, object }));
    });
    return (await Promise.all(lists)).flat();
  }

  async nothingIsLeft(): Promise<void> {
    let left: readonly string[] = [];
    const explain = (): Promise<string> => Promise.resolve(left.join(', '));
    await until({ what: 'everything that was made to be gone', deadlineMs: 30_000, explain }, async () => {
      left = await this.made();
      return left.length === 0;
    });
  }

  /**
   * What was told about the config, as `Action Reason: note`, sorted: each as often as it was told, whether as an Event
   * of its own or in the count of one. An operator that runs may still have something to tell.
   */
  async told(): Promise<readonly string[]> {
    const { items } = await this.client.list(kinds.Event, { namespace: this.namespace });
    const events = items as unknown as readonly {
      readonly regarding: { readonly kind: string };
      readonly action: string;
      readonly reason: string;
      readonly note: string;
      readonly series?: { readonly count: number };
    }[];
    return events
      .filter(({ regarding }) => regarding.kind === 'RouteServerConfig')
      .flatMap(({ action, reason, note, series }) =>
        new Array<string>(series?.count ?? 1).fill(`${action} ${reason}: ${note}`),
      )
      .toSorted();
  }
}
