/**
 * Plays the Deployment controller and the kubelets of a cluster without nodes: pods come and go with their templates and
 * are ready at once, and each Deployment says so. The real ones take 20 calls a second, which is too few here.
 */
import { createHash } from 'node:crypto';
import { isConflict, isNotFound, kinds, ListWatch, type KubeClient, type KubeObject } from '../../src/kube/index.ts';
import { systemClock, WorkQueue } from '../../src/runtime/index.ts';
import type { Logger } from '../../src/telemetry/index.ts';

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: object;
}
interface DeploymentSpec {
  readonly replicas?: number;
  readonly template: Template;
}
interface PodPlan {
  readonly name: string;
  readonly replicaSet: string;
  readonly hash: string;
}

const asRead = (raw: KubeObject): KubeObject => raw;

export class PlayedControllers {
  readonly #client: KubeClient;
  readonly #deployments: ListWatch<KubeObject>;
  readonly #queue: WorkQueue;
  /** Pods that are there, by the key of their Deployment. */
  readonly #pods = new Map<string, ReadonlySet<string>>();
  #addresses = 0;

  constructor(client: KubeClient, log: Logger) {
    this.#client = client;
    this.#deployments = new ListWatch({ client, log, clock: systemClock, kind: kinds.Deployment, decode: asRead });
    this.#queue = new WorkQueue({
      clock: systemClock,
      concurrency: 32,
      work: async (key) => {
        await this.#reconcile(key);
        return undefined;
      },
    });
    this.#deployments.store.subscribe((key) => {
      this.#queue.add(key);
    });
  }

  async start(): Promise<void> {
    this.#deployments.start();
    await this.#deployments.whenSynced();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#deployments.stop(), this.#queue.drain(0)]);
  }

  async #reconcile(key: string): Promise<void> {
    const deployment = this.#deployments.store.get(key);
    const before = this.#pods.get(key) ?? new Set<string>();
    const plans = deployment === undefined ? [] : plansOf(deployment);
    const wanted = new Set(plans.map(({ name }) => name));
    const [namespace = ''] = key.split('/');
    if (deployment !== undefined) {
      for (const plan of plans) if (!before.has(plan.name)) await this.#run(deployment, plan);
    }
    for (const name of before) {
      if (!wanted.has(name)) await this.#client.delete(kinds.Pod, { namespace, name });
    }
    this.#pods.set(key, wanted);
    if (deployment !== undefined) await ignoring(isNotFound, this.#report(deployment, plans.length));
  }

  async #run(deployment: KubeObject, { name, replicaSet, hash }: PodPlan): Promise<void> {
    const { namespace = '' } = deployment.metadata;
    const { template } = specOf(deployment);
    const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: replicaSet, uid: deployment.metadata.uid ?? '' };
    const pod = { metadata: { namespace, name, labels, ownerReferences: [owner] }, spec: podSpec(template) };
    await ignoring(isConflict, this.#client.create(kinds.Pod, pod));
    this.#addresses += 1;
    const podIP = `10.${String(this.#addresses >> 16)}.${String((this.#addresses >> 8) & 255)}.${String(this.#addresses & 255)}`;
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' }));
    const body = { status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions } };
    await this.#client.patchStatus(kinds.Pod, { namespace, name }, { type: 'merge', body });
  }

  async #report({ metadata, ...deployment }: KubeObject, count: number): Promise<void> {
    const { namespace = '', name, generation = 0 } = metadata;
    const counts = { replicas: count, updatedReplicas: count, readyReplicas: count, availableReplicas: count };
    const status = { observedGeneration: generation, ...counts };
    const known = (deployment['status'] ?? {}) as Readonly<Record<string, unknown>>;
    if (Object.entries(status).every(([field, value]) => (known[field] ?? 0) === value)) return;
    await this.#client.patchStatus(kinds.Deployment, { namespace, name }, { type: 'merge', body: { status } });
  }
}

const specOf = (deployment: KubeObject): DeploymentSpec => deployment['spec'] as DeploymentSpec;

function plansOf(deployment: KubeObject): readonly PodPlan[] {
  const { replicas = 1, template } = specOf(deployment);
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
  const replicaSet = `${deployment.metadata.name}-${hash}`;
  return Array.from({ length: replicas }, (_, number) => {
    return { name: `${replicaSet}-${String(number)}`, replicaSet, hash };
  });
}

/** Nobody mounts anything here, and no account is looked up. */
const podSpec = ({ spec }: Template): object => ({
  ...spec,
  serviceAccountName: 'default',
  automountServiceAccountToken: false,
});

async function ignoring(isMeant: (error: unknown) => boolean, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isMeant(error)) throw error;
  }
}
