/** Which process is meant: a pid alone is reused, a pid with its start time is not. Reads /proc. */
import { readFileSync, readdirSync } from 'node:fs';

/** Environment variable that all processes of an instance carry, with the instance's folder as its value. */
export const MARK = 'ROUTESRV_TEST_BED';

/** A process of this boot of the machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  readonly startTime: string;
}

interface Stat {
  readonly isRunning: boolean;
  readonly startTime: string;
}

function readStat(pid: number): Stat | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = 'X', threads, startTime = ''] = [fields[0], fields[17], fields[19]];
  // A zombie has ended and only waits for its parent; unless other threads of it are still closing files and ports.
  return { isRunning: !'ZX'.includes(state) || Number(threads) > 1, startTime };
}

/** The identity of a running process; undefined when it has ended. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat?.isRunning ? { pid, startTime: stat.startTime } : undefined;
}

/**
 * The identity of a child of ours in the turn that started it, even when it has ended by now:
 * we are its parent, so its entry in /proc stays until the event loop has taken note of its end.
 */
export function identifyChild(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat && { pid, startTime: stat.startTime };
}

/** True while this very process runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** Sends a signal to this very process; false when it has ended. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch {
    return false;
  }
}

/** Running processes whose environment has `name=value`: finds also what nobody had time to write down. */
export function findByEnvironment(name: string, value: string): ProcessIdentity[] {
  const wanted = `${name}=${value}`;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(wanted))
    .flatMap((entry) => identify(Number(entry)) ?? []);
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // ended meanwhile, or another user's
  }
}
