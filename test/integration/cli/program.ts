/** Gives kubectl-routesrv, run from its sources as a program of its own, as a shell or kubectl finds it on the PATH. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from '../../harness/processes/run.ts';
import type { RunResult } from '../../harness/processes/run.ts';

const source = join(import.meta.dirname, '../../../src/bin/kubectl-routesrv.ts');

/** A directory with a program `kubectl-routesrv` in it. */
export interface Installed {
  readonly directory: string;
  /** An environment in which it is found. */
  readonly env: NodeJS.ProcessEnv;
  readonly remove: () => void;
}

export function install(): Installed {
  const directory = mkdtempSync(join(tmpdir(), 'kubectl-routesrv-'));
  const program = join(directory, 'kubectl-routesrv');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${source}' "$@"\n`);
  chmodSync(program, 0o755);
  const path = [directory, process.env['PATH'] ?? ''].join(delimiter);
  return {
    directory,
    env: { ...process.env, PATH: path, NO_COLOR: '1' },
    remove: () => {
      rmSync(directory, { recursive: true });
    },
  };
}

/** Runs it to its end, in `cwd` when paths are to be told as they were given. */
export function runProgram(args: readonly string[], input?: string, cwd?: string): Promise<RunResult> {
  const given = { ...(input === undefined ? {} : { input }), ...(cwd === undefined ? {} : { cwd }) };
  return run(process.execPath, [source, ...args], { env: process.env, ...given });
}
