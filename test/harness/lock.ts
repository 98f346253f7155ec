/**
 * A lock between processes: a file that holds its owner's pid and start time.
 * An owner that has died loses it; whoever waits is told for whom.
 */
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TestBedError, hasCode } from './errors.ts';
import { identify, isAlive } from './processes/identity.ts';
import type { ProcessIdentity } from './processes/identity.ts';

/** Who holds a lock, and what for. */
export interface LockOwner extends ProcessIdentity {
  /** For example "building kube-apiserver": whoever waits sees it. */
  readonly purpose: string;
}

/** What to do while another process holds the lock. */
export interface LockOptions {
  readonly purpose: string;
  /** Called once per owner that we have to wait for. */
  readonly onWait?: (owner: LockOwner) => void;
}

/** Runs `work` while holding the lock at `path`, waiting for its owner as long as that one lives. */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(path, options);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Takes the lock at `path` unless somebody has it; its end is that of this process, or of the file. */
export function tryLock(path: string, purpose: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  if (tryAcquire(path, { ...ownIdentity(), purpose })) return true;
  const owner = readOwner(path);
  if (owner !== undefined && !isAlive(owner)) removeStale(path, owner);
  return false;
}

function ownIdentity(): ProcessIdentity {
  const self = identify(process.pid);
  if (!self) throw new TestBedError('the test bed needs Linux: /proc does not know this very process');
  return self;
}

async function acquire(path: string, options: LockOptions): Promise<void> {
  const self = ownIdentity();
  mkdirSync(dirname(path), { recursive: true });
  let told: number | undefined;
  while (!tryAcquire(path, { ...self, purpose: options.purpose })) {
    const owner = readOwner(path);
    if (owner === undefined) continue; // released meanwhile
    if (!isAlive(owner)) {
      removeStale(path, owner);
      continue;
    }
    if (told !== owner.pid) options.onWait?.(owner);
    told = owner.pid;
    await pause(100);
  }
}

// link() fails when the name exists, and the file behind it is whole from its first moment.
function tryAcquire(path: string, owner: LockOwner): boolean {
  const own = `${path}.${owner.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(own, JSON.stringify(owner));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Who holds the lock now; undefined when nobody does. */
export function readOwner(path: string): LockOwner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockOwner;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

// Two waiters may both see the dead owner. Only the one that takes the "grave" may remove the lock,
// and only while it still names that owner: otherwise the second would remove the first one's new lock.
function removeStale(path: string, dead: LockOwner): void {
  const grave = `${path}.stale-${dead.pid}-${dead.startTime}`;
  try {
    linkSync(path, grave);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) forgetOldGrave(grave);
    else if (!hasCode(error, 'ENOENT')) throw error;
    return;
  }
  const buried = readOwner(grave);
  if (buried?.pid === dead.pid && buried.startTime === dead.startTime) rmSync(path, { force: true });
  rmSync(grave, { force: true });
}

// Whoever dug it may have died right then. Digging takes microseconds: ten seconds later nobody stands there.
function forgetOldGrave(grave: string): void {
  const changedAt = statSync(grave, { throwIfNoEntry: false })?.ctimeMs;
  if (changedAt !== undefined && Date.now() - changedAt > 10_000) rmSync(grave, { force: true });
}
