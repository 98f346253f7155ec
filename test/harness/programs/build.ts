/**
 * Builds programs with Go, one after the other, each renamed into the cache only when complete.
 * An interrupted build goes on where Go's own build cache left off.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runStreaming } from '../processes/run.ts';
import { duration } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { TestBedError } from '../errors.ts';
import type { Program, Upstream } from './catalog.ts';
import { findGo } from './go-toolchain.ts';

const partialPrefix = '.partial-';

/** One program to build. */
export interface BuildOrder {
  readonly name: string;
  readonly program: Program;
  /** Path of the finished file; its folder is renamed into place as a whole. */
  readonly destination: string;
}

/** The arguments of `go build` that decide what comes out. */
export function buildFlags(upstream: Upstream): string[] {
  return ['-trimpath', '-buildvcs=false', `-ldflags=${upstream.ldflags}`];
}

/** Builds them all, in the order given. */
export async function buildPrograms(orders: readonly BuildOrder[], progress: Progress): Promise<void> {
  if (orders.length === 0) return;
  const go = await findGo(
    orders.map(({ name }) => name),
    progress,
  );
  const totalMs = orders.reduce((sum, { program }) => sum + expectedMsOf(program), 0);
  progress.say(`${orders.length} programs to build: ${duration(totalMs)} at most, once for this machine`);
  let built = 0;
  for (const order of orders) {
    const title = `building ${order.name} ${order.program.upstream.version} (${++built} of ${orders.length})`;
    const work = { title, expectedMs: expectedMsOf(order.program), expectedIs: 'at most about' };
    await progress.run(work, (detail) => buildOne(go, order, detail));
  }
}

// Measured on two cores with nothing cached; linking, which more cores do not help, is a small part of it.
function expectedMsOf({ coldSeconds }: Program): number {
  return (coldSeconds * 1_000 * 2) / Math.min(availableParallelism(), 8);
}

async function buildOne(go: string, order: BuildOrder, detail: (text: string) => void): Promise<void> {
  const { name, destination, program } = order;
  const place = dirname(destination);
  removeInterrupted(dirname(place));
  // A name of our own: the go command of an owner that was killed may still be writing to its.
  const partial = join(dirname(place), `${partialPrefix}${process.pid}-${basename(place)}`);
  mkdirSync(partial, { recursive: true });
  const args = ['build', '-v', ...buildFlags(program.upstream), '-o', join(partial, name), program.package];
  const count = { downloaded: 0, compiled: 0 };
  const { code, tail } = await runStreaming(go, args, {
    cwd: join(import.meta.dirname, program.upstream.folder),
    env: goEnvironment(program.upstream),
    onLine(line) {
      if (line.startsWith('go: downloading')) count.downloaded++;
      else if (/^[\w.-]+(\/\S+)*$/.test(line)) count.compiled++;
      detail(count.compiled > 0 ? `${count.compiled} packages compiled` : `${count.downloaded} modules downloaded`);
    },
  });
  if (code !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new TestBedError(`go build of ${name} failed (run the command again: it goes on where it stopped)\n${tail}`);
  }
  rmSync(place, { recursive: true, force: true });
  renameSync(partial, place);
}

// The lock is ours, so nobody who lives is writing to one of these.
function removeInterrupted(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((one) => one.startsWith(partialPrefix))) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

// The caller's own settings for other projects must not change what is built; proxies and checksum databases stay.
function goEnvironment({ toolchain }: Upstream): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CGO_ENABLED: '0',
    GOFLAGS: '',
    GOWORK: 'off',
    GOTOOLCHAIN: toolchain ?? 'auto',
    GOOS: 'linux',
    GOEXPERIMENT: '',
  };
}
