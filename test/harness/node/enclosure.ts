/**
 * The enclosure of a node: its own network, mount and process namespaces, held open by one process.
 *
 * Everything that a node leaves behind when it dies lives inside: bridges, nft tables, sysctls, mounts, shims,
 * containers. Ending the one process outside makes the kernel end and remove all of it, however we were stopped,
 * and several nodes run side by side although kube-proxy and kubelet use fixed names and ports.
 */
import { readFileSync } from 'node:fs';
import { findRecord, logTail, startProcess, writeRecord } from '../processes/ledger.ts';
import { identify, isAlive } from '../processes/identity.ts';
import type { ProcessIdentity } from '../processes/identity.ts';
import { runOrThrow } from '../processes/run.ts';
import { until } from '../wait.ts';

const holder = 'enclosure';

/** The inside of a running enclosure. */
export interface Enclosure {
  /** Process id, as seen from outside, of the first process inside. */
  readonly pid: number;
  /** Runs a command inside to its end. @throws TestBedError when it fails */
  run(...command: readonly string[]): Promise<string>;
  /** Starts a program inside that goes on, on record under its own process id. */
  start(name: string, command: readonly string[]): Promise<void>;
}

/** Opens the enclosure of an instance; none may be open. */
export async function openEnclosure(folder: string): Promise<Enclosure> {
  const outside = startProcess(folder, holder, [
    'unshare',
    ...['--mount', '--net', '--pid', '--fork', '--mount-proc', '--propagation', 'private'],
    '--kill-child=SIGKILL',
    // The first process adopts orphans. With SIGCHLD ignored, which exec keeps, the kernel reaps them.
    ...['sh', '-c', "trap '' CHLD; exec sleep infinity"],
  ]);
  const explain = (): Promise<string> => Promise.resolve(logTail(folder, holder));
  const inside = await until({ what: 'the node’s namespaces', deadlineMs: 60_000, explain }, () =>
    Promise.resolve(childOf(outside)),
  );
  await until({ what: 'the node’s own /proc', deadlineMs: 60_000, explain }, () =>
    Promise.resolve(readFileSync(`/proc/${inside.pid}/comm`, 'utf8').trim() === 'sleep'),
  );
  return enter(folder, inside.pid);
}

/** The open enclosure of an instance; undefined when it is closed. */
export function findEnclosure(folder: string): Enclosure | undefined {
  const outside = findRecord(folder, holder);
  const inside = outside && isAlive(outside) ? childOf(outside) : undefined;
  return inside && enter(folder, inside.pid);
}

/** The name under which the process that holds the enclosure open is on record. */
export const enclosureProcess = holder;

function enter(folder: string, pid: number): Enclosure {
  const door = ['nsenter', '--target', String(pid), '--mount', '--net', '--pid', '--'];
  return {
    pid,
    run: (...command) => runOrThrow('nsenter', [...door.slice(1), ...command]),
    async start(name, command) {
      const atTheDoor = startProcess(folder, name, [...door, ...command]);
      const explain = (): Promise<string> => Promise.resolve(logTail(folder, name));
      const inside = await until({ what: `${name} to start`, deadlineMs: 60_000, explain }, () =>
        Promise.resolve(childOf(atTheDoor)),
      );
      // nsenter stays at the door until its child ends; the one to watch and to stop is the child.
      writeRecord(folder, { name, ...inside, command, isEnclosed: true });
    },
  };
}

function childOf({ pid }: ProcessIdentity): ProcessIdentity | undefined {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return child === undefined ? undefined : identify(Number(child));
}
