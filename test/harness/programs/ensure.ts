/**
 * Finds programs, in this order: KUBEBUILDER_ASSETS (the convention of controller-runtime's envtest), the cache,
 * a build with Go. Gives absolute paths.
 */
import { accessSync, constants, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shortHash } from '../files.ts';
import { programsFolder } from '../layout.ts';
import { withLock } from '../lock.ts';
import { createProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { buildFlags, buildPrograms } from './build.ts';
import type { BuildOrder } from './build.ts';
import { catalog } from './catalog.ts';
import type { ProgramName, Upstream } from './catalog.ts';

/** Paths of programs, by name. */
export type ProgramPaths<N extends ProgramName = ProgramName> = Readonly<Record<N, string>>;

/**
 * Gives the path of each program, building those that are nowhere yet.
 * @throws TestBedError when one has to be built and cannot be: the message says what to provide.
 */
export async function ensure<N extends ProgramName>(
  names: readonly N[],
  progress: Progress = createProgress(),
): Promise<ProgramPaths<N>> {
  if (names.some((name) => findProgram(name) === undefined)) {
    await withLock(
      join(programsFolder(), 'build.lock'),
      {
        purpose: `building ${missing(names).join(', ')}`,
        onWait: ({ pid, purpose }) => {
          progress.say(`waiting for process ${pid}, which is ${purpose}`);
        },
      },
      // What another process built while we waited is there now.
      () => buildPrograms(ordersFor(missing(names)), progress),
    );
  }
  return Object.fromEntries(names.map((name) => [name, findProgram(name) ?? cachePath(name)])) as ProgramPaths<N>;
}

/** Path of a program that is already there; undefined when it would have to be built. */
export function findProgram(name: ProgramName): string | undefined {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  const candidates = [...(assets ? [join(resolve(assets), name)] : []), cachePath(name)];
  return candidates.find(isExecutable);
}

/** Where the program lies in the cache: any change to its go.mod, go.sum, sources or flags gives another place. */
export function cachePath(name: ProgramName): string {
  const { upstream } = catalog[name];
  return join(programsFolder(), `${name}-${upstream.version}-${buildKey(upstream)}`, name);
}

function buildKey(upstream: Upstream): string {
  const files = ['go.mod', 'go.sum', ...(upstream.sources ?? [])];
  const modules = files.map((file) => readFileSync(join(import.meta.dirname, upstream.folder, file)));
  return shortHash(...modules, buildFlags(upstream).join('\0'));
}

const missing = (names: readonly ProgramName[]): ProgramName[] =>
  names.filter((name) => findProgram(name) === undefined);

function ordersFor(names: readonly ProgramName[]): BuildOrder[] {
  return names.map((name) => ({ name, program: catalog[name], destination: cachePath(name) }));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
