/** The border for what the operator watches: raw objects in, just what it reads out. */
import { Cursor, keyOf, formatKey, type KubeObject } from '../kube/index.ts';
import { SETTINGS_MARK_ANNOTATION, type Deployment, type Labels, type Pod } from '../manifests/index.ts';
import { troubleIn, type PodTrouble } from './pod-trouble.ts';

/** A pod as the operator sees it. */
export interface SeenPod extends PodTrouble {
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string | undefined;
  readonly ready: boolean;
  /** Told to stop; until it is gone it serves and reads on. */
  readonly terminating: boolean;
  /** Succeeded or failed: it runs nothing any more. */
  readonly finished: boolean;
  /** The ReplicaSet that made it. */
  readonly replicaSet: string | undefined;
  /** Containers with their names and args, the settings they started with, and the variable in the name of a zone. */
  readonly pod: Pod;
}

/** A Deployment: the parts that manifests work on, and what its controller says. */
export interface SeenDeployment {
  readonly deployment: Deployment;
  readonly labels: Readonly<Record<string, string>>;
  readonly rollout: RolloutProgress;
}

export interface RolloutProgress {
  /** Every pod runs the newest template and is available, none is left of an older one. */
  readonly done: boolean;
  readonly ready: number;
  /** Pods that the spec asks for. */
  readonly replicas: number;
}

export function decodePod(raw: KubeObject): SeenPod {
  const at = new Cursor(raw, `Pod ${formatKey(keyOf(raw))}`);
  const status = at.field('status');
  const mark = raw.metadata.annotations?.[SETTINGS_MARK_ANNOTATION];
  const containers = at.field('spec').field('containers').items();
  return {
    name: raw.metadata.name,
    createdAt: raw.metadata.creationTimestamp ?? '',
    labels: raw.metadata.labels ?? {},
    ip: status.field('podIP').optional((ip) => ip.string()),
    ready: status.field('conditions').items().some(isReadyCondition),
    terminating: raw.metadata.deletionTimestamp !== undefined,
    finished: ['Succeeded', 'Failed'].includes(status.field('phase').optional((phase) => phase.string()) ?? ''),
    ...troubleIn(status),
    replicaSet: raw.metadata.ownerReferences?.find(({ kind }) => kind === 'ReplicaSet')?.name,
    pod: {
      ...(mark === undefined ? {} : { metadata: { annotations: { [SETTINGS_MARK_ANNOTATION]: mark } } }),
      spec: { containers: containers.map(containerOf) },
    },
  };
}

function isReadyCondition(condition: Cursor): boolean {
  return condition.field('type').value === 'Ready' && condition.field('status').value === 'True';
}

function containerOf(container: Cursor) {
  const args = container.field('args');
  const texts = args.exists ? args.items().map((arg) => arg.string()) : undefined;
  const env = container
    .field('env')
    .items()
    .filter(namesZone(texts ?? []))
    .map(variableOf);
  return {
    name: container.field('name').string(),
    ...(env.length > 0 ? { env } : {}),
    ...(texts === undefined ? {} : { args: texts }),
  };
}

/** Variables hold secrets: of no other one than the zone's is the value kept. */
function namesZone(args: readonly string[]): (variable: Cursor) => boolean {
  const ofZone = args.filter((arg) => /^--?(kubernetes-topology-zone|routes-urls)=/.test(arg)).join(' ');
  return (variable) => ofZone.includes(`$(${variable.field('name').string()})`);
}

/** What comes from elsewhere than the pod itself has no value here. */
function variableOf(variable: Cursor) {
  const value = variable.field('value').optional((text) => text.string());
  return { name: variable.field('name').string(), ...(value === undefined ? {} : { value }) };
}

export function decodeDeployment(raw: KubeObject): SeenDeployment {
  const at = new Cursor(raw, `Deployment ${formatKey(keyOf(raw))}`);
  for (const field of ['namespace', 'uid', 'resourceVersion']) at.field('metadata').field(field).string();
  at.field('spec').field('template').field('spec').field('containers').items().forEach(containerOf);
  return {
    // Checked above as far as manifests read it; the rest passes through untouched.
    deployment: raw as unknown as Deployment,
    labels: raw.metadata.labels ?? {},
    rollout: progressOf(at, raw.metadata.generation ?? 0),
  };
}

/** What a Service selects by; nothing when its endpoints are made by hand. */
export function decodeServiceSelector(raw: KubeObject): Labels {
  return new Cursor(raw, `Service ${formatKey(keyOf(raw))}`).field('spec').field('selector').strings();
}

function progressOf(at: Cursor, generation: number): RolloutProgress {
  const status = at.field('status');
  const count = (name: string): number => status.field(name).optional((value) => value.number()) ?? 0;
  const wanted =
    at
      .field('spec')
      .field('replicas')
      .optional((replicas) => replicas.number()) ?? 1;
  const everyPod = ['updatedReplicas', 'replicas', 'availableReplicas'].every((name) => count(name) === wanted);
  return {
    done: count('observedGeneration') >= generation && everyPod,
    ready: count('readyReplicas'),
    replicas: wanted,
  };
}
