/**
 * Gives ports to programs that must be told theirs before they start, each to one program on this machine at a time.
 *
 * A port that was bound and closed again to find it free can be taken by anybody before the program binds it. These lie
 * below the range from which the kernel picks ports, beside those of the instances, and a lock file per port keeps the
 * tests of all processes and clones apart.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestBedError } from '../errors.ts';
import { tryLock } from '../lock.ts';
import { isFree } from './addresses.ts';

/** A port that nobody else is given until it is released, or this process ends. */
export interface ReservedPort {
  readonly port: number;
  release(): void;
}

/** Where reservations are written down, and which ports there are. */
export interface PortRange {
  readonly folder: string;
  readonly first: number;
  readonly count: number;
}

const wholeMachine: PortRange = { folder: join(tmpdir(), 'routesrv-ports'), first: 22_000, count: 8_000 };
/** Processes begin at different places, so that they seldom ask for the same port. */
let next = process.pid * 16;

/** Reserves a port on which nobody listens. Throws when there is none. */
export async function reservePort({ folder, first, count }: PortRange = wholeMachine): Promise<ReservedPort> {
  // Twice round: what a dead process held is free from the second look on.
  for (let tries = 0; tries < 2 * count; tries++) {
    const port = first + (next++ % count);
    const path = join(folder, `${port}.lock`);
    if (!tryLock(path, 'a port of a test')) continue;
    let isOurs = true;
    const release = (): void => {
      // Later it may be somebody else's.
      if (isOurs) rmSync(path, { force: true });
      isOurs = false;
    };
    if (await isFree(port)) return { port, release };
    release();
  }
  throw new TestBedError(`no port from ${first} to ${first + count - 1} is free; ${folder} says who holds them`);
}
