/**
 * The processes of one instance: starts them detached, writes down who they are, and stops exactly those.
 * The record is `processes/<name>.json` in the instance's folder; the output goes to `logs/<name>.log`.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TestBedError } from '../errors.ts';
import { writeWhole } from '../files.ts';
import { until } from '../wait.ts';
import { MARK, findByEnvironment, identifyChild, isAlive, signal } from './identity.ts';
import type { ProcessIdentity } from './identity.ts';

/** What was started, and as which process. */
export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  /** Program and arguments, to start it again. */
  readonly command: readonly string[];
  /** True when it was started inside the instance's enclosure, and has to be again. */
  readonly isEnclosed?: true;
}

/** Starts a program that outlives us and records it. */
export function startProcess(folder: string, name: string, command: readonly string[]): ProcessRecord {
  const [program, ...args] = command;
  if (program === undefined) throw new TestBedError(`nothing to start for ${name}`);
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const log = openSync(logPath(folder, name), 'a');
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], [MARK]: folder },
  });
  closeSync(log);
  child.on('error', () => undefined); // a failed start shows below: there is no pid
  child.unref();
  const identity = child.pid === undefined ? undefined : identifyChild(child.pid);
  if (!identity) throw new TestBedError(`${program} could not be started: see ${logPath(folder, name)}`);
  const record: ProcessRecord = { name, ...identity, command };
  writeRecord(folder, record);
  return record;
}

/** Writes down who the process of that name is now. */
export function writeRecord(folder: string, record: ProcessRecord): void {
  mkdirSync(join(folder, 'processes'), { recursive: true });
  writeWhole(recordPath(folder, record.name), JSON.stringify(record, null, 2));
}

/** The record of that name, whether the process still runs or not. */
export function findRecord(folder: string, name: string): ProcessRecord | undefined {
  const path = recordPath(folder, name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ProcessRecord) : undefined;
}

/** All records of the instance. */
export function readRecords(folder: string): ProcessRecord[] {
  const records = join(folder, 'processes');
  if (!existsSync(records)) return [];
  return readdirSync(records)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => findRecord(folder, file.slice(0, -'.json'.length)) ?? []);
}

/** Ends a process (SIGKILL after `graceMs`) and returns when it is gone. Forgets it unless told otherwise. */
export async function stopProcess(
  folder: string,
  record: ProcessRecord,
  how: { signal: NodeJS.Signals; graceMs?: number; forget?: boolean },
): Promise<void> {
  await endProcess(record, how.signal, how.graceMs ?? 5_000);
  if (how.forget !== false) rmSync(recordPath(folder, record.name), { force: true });
}

/** Ends whatever else carries the instance's mark: a process that was started but not recorded any more. */
export async function stopStrays(folder: string): Promise<void> {
  const strays = findByEnvironment(MARK, folder).filter(({ pid }) => pid !== process.pid);
  await Promise.all(strays.map((stray) => endProcess(stray, 'SIGKILL', 5_000)));
}

/** The last lines that a program wrote, for error messages. */
export function logTail(folder: string, name: string, lines = 12): string {
  const path = logPath(folder, name);
  if (!existsSync(path)) return `${name} wrote no log`;
  const text = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  return `end of ${path}:\n${text}`;
}

async function endProcess(identity: ProcessIdentity, first: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!signal(identity, first)) return;
  const gone = (): Promise<boolean> => Promise.resolve(!isAlive(identity));
  const what = `process ${identity.pid} to end`;
  try {
    await until({ what, deadlineMs: graceMs, intervalMs: 20 }, gone);
  } catch {
    signal(identity, 'SIGKILL');
    await until({ what: `${what} after SIGKILL`, deadlineMs: 60_000, intervalMs: 20 }, gone);
  }
}

const recordPath = (folder: string, name: string): string => join(folder, 'processes', `${name}.json`);
const logPath = (folder: string, name: string): string => join(folder, 'logs', `${name}.log`);
