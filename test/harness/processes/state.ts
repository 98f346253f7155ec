/**
 * Gets the id of a process; gives what the kernel knows of it, for whoever waited for it in vain: one that was never
 * given a CPU is slow, one that slept all the time hangs. Reads Linux's /proc.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

const stateNames: Readonly<Record<string, string>> = {
  R: 'running or waiting for a CPU',
  S: 'asleep',
  D: 'waiting for a disk',
  T: 'stopped',
  Z: 'ended',
  X: 'ended',
};
const nsPerSecond = 1e9;

interface Scheduled {
  readonly ranSeconds: number;
  /** Ready to run, while others ran. */
  readonly queuedSeconds: number;
}

/** Over all threads that live. */
function scheduled(pid: number): Scheduled {
  let [ran, queued] = [0, 0];
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [threadRan, threadQueued] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    ran += Number(threadRan);
    queued += Number(threadQueued);
  }
  return { ranSeconds: ran / nsPerSecond, queuedSeconds: queued / nsPerSecond };
}

/** `process 7: asleep, niceness 10, 9 threads ran 0.31 s in all and were queued for a CPU 29.40 s`. */
export function processState(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', niceness = '', threads = ''] = [fields[0], fields[16], fields[17]];
    const { ranSeconds, queuedSeconds } = scheduled(pid);
    const times = `${threads} threads ran ${ranSeconds.toFixed(2)} s in all and were queued for a CPU ${queuedSeconds.toFixed(2)} s`;
    return `process ${pid}: ${stateNames[state] ?? state}, niceness ${niceness}, ${times}`;
  } catch {
    return `process ${pid}: gone`;
  }
}

/** `load 25.1 on 2 CPUs`. */
export function machineState(): string {
  return `load ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} CPUs`;
}
