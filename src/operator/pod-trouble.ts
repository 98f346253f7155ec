/** Gets pods as the API server has them; gives why they do not come up, in the scheduler's or the kubelet's own words. */
import type { Cursor } from '../kube/index.ts';

/** Why a pod does not come up; `undefined` for what nobody complains of. */
export interface PodTrouble {
  /** The scheduler's words when it finds no place for the pod. */
  readonly unschedulable: string | undefined;
  /** The kubelet's words about the first container that it cannot start, or that does not stay. */
  readonly broken: string | undefined;
}

export interface NamedTrouble extends PodTrouble {
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly ready: boolean;
  readonly terminating: boolean;
}

/** @param status of a pod */
export function troubleIn(status: Cursor): PodTrouble {
  const containers = ['initContainerStatuses', 'containerStatuses'].flatMap((list) => status.field(list).items());
  return {
    unschedulable: status.field('conditions').items().flatMap(unschedulableMessage)[0],
    broken: containers.map(brokenContainer).find((words) => words !== undefined),
  };
}

/**
 * What is said about the newest of these pods that does not come up, and by whom. One of an older template waits as well
 * until those of the newest are there, and a person has done about it what was to be done.
 */
export function troubleOf(pods: readonly NamedTrouble[]): string | undefined {
  const [newest] = troubled(pods);
  if (newest?.unschedulable !== undefined) return `the scheduler says: ${newest.unschedulable}`;
  return newest && kubeletsWords([newest]);
}

/** The scheduler's words about the first of these pods that it finds no place for. */
export function schedulersWords(pods: readonly Pick<PodTrouble, 'unschedulable'>[]): string | undefined {
  return pods.find(({ unschedulable }) => unschedulable !== undefined)?.unschedulable;
}

/** The kubelet's words about the newest of these pods of which a container does not come up. */
export function kubeletsWords(pods: readonly NamedTrouble[]): string | undefined {
  const [newest] = troubled(pods.filter(({ broken }) => broken !== undefined));
  return newest === undefined ? undefined : `the kubelet says of pod ${newest.name}: ${newest.broken ?? ''}`;
}

/** The newest first; of one age by name, so that the same one is named each time. */
function troubled(pods: readonly NamedTrouble[]): readonly NamedTrouble[] {
  return pods
    .filter(({ unschedulable, broken }) => (unschedulable ?? broken) !== undefined)
    .filter(({ ready, terminating }) => !ready && !terminating)
    .toSorted((one, other) => other.createdAt.localeCompare(one.createdAt) || one.name.localeCompare(other.name));
}

function unschedulableMessage(condition: Cursor): readonly string[] {
  if (condition.field('type').value !== 'PodScheduled' || condition.field('reason').value !== 'Unschedulable')
    return [];
  return [textOf(condition.field('message')) ?? 'the scheduler gives no reason'];
}

/** A container on its way, as every one is at first. */
const underWay = ['ContainerCreating', 'PodInitializing'];
const inLoop = 'CrashLoopBackOff';
/** From the second restart on the kubelet waits before each. */
const restartsInLoop = 2;
const longestWords = 512;

function brokenContainer(container: Cursor): string | undefined {
  if (container.field('ready').value === true) return undefined;
  const waiting = container.field('state').field('waiting');
  const reason = textOf(waiting.field('reason'));
  const restarts = container.field('restartCount').optional((count) => count.number()) ?? 0;
  const ended = endOf(container, restarts);
  if (ended !== undefined) return reason === inLoop || restarts >= restartsInLoop ? `${inLoop}: ${ended}` : ended;
  if (reason === undefined || underWay.includes(reason)) return undefined;
  return pulling(reason, textOf(waiting.field('message'))).slice(0, longestWords);
}

/**
 * How a container ended that is started again and again. The same while it waits, runs and ends once more: what the
 * kubelet says meanwhile differs in the length of its pause alone. What the program itself said may be a secret.
 */
function endOf(container: Cursor, restarts: number): string | undefined {
  const states = ['state', 'lastState'].map((state) => container.field(state).field('terminated'));
  const exit = states.find(({ exists }) => exists);
  const code = exit?.field('exitCode').optional((value) => value.number());
  // A container that was to run once and did has no trouble.
  if (exit === undefined || (code === 0 && restarts === 0)) return undefined;
  const name = textOf(container.field('name')) ?? '';
  return `container ${name} ended with exit code ${code ?? 'unknown'} (${textOf(exit.field('reason')) ?? 'no reason'})`;
}

/** While it pauses between two tries it repeats the error of the last one: they are one thing, not two in turn. */
function pulling(reason: string, message = 'no message'): string {
  const [, error] = /^Back-off pulling image ".*": (Err\w+: .*)$/s.exec(message) ?? [];
  return error ?? `${reason}: ${message}`;
}

const textOf = (at: Cursor): string | undefined => at.optional((text) => text.string());
