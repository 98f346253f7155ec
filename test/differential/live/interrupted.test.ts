import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { listInstances } from '../../harness/instance/registry.ts';
import { identify, isAlive, type ProcessIdentity } from '../../harness/processes/identity.ts';
import { until } from '../../harness/wait.ts';

interface Descendant extends ProcessIdentity {
  readonly command: string;
}

/** All processes below `pid`. */
function descendantsOf(pid: number): readonly Descendant[] {
  const children = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === pid);
  return children.map(Number).flatMap((child) => {
    const identity = identify(child);
    return [...(identity === undefined ? [] : [{ ...identity, command: commandOf(child) }]), ...descendantsOf(child)];
  });
}

/** 0 for what has ended meanwhile. */
function parentOf(pid: string): number {
  return Number(/^PPid:\t(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0);
}

function commandOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const wanted = [/kube-apiserver/, /etcd/, /\/routesrv /, /src\/bin\/routesrv\.ts/];

test('a live run that is told to end stops its control plane and both route servers, and leaves nothing', async () => {
  const run = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--runs', '1000', '--seed', '1'], {
    stdio: 'ignore',
  });
  const exited = once(run, 'exit');
  try {
    const started = await until({ what: 'the run to play a life', deadlineMs: 300_000 }, () => {
      const found = descendantsOf(run.pid ?? 0);
      return Promise.resolve(
        wanted.every((pattern) => found.some(({ command }) => pattern.test(command))) ? found : undefined,
      );
    });
    const own = listInstances().filter(({ owner }) => owner?.pid === run.pid);
    assert.equal(own.length, 1);
    run.kill('SIGTERM');
    assert.deepEqual(await exited, [128 + constants.signals.SIGTERM, null]);
    await until({ what: 'all that was started to end', deadlineMs: 60_000 }, () =>
      Promise.resolve(!started.some(isAlive)),
    );
    assert.deepEqual(
      own.filter(({ folder }) => existsSync(folder)),
      [],
    );
  } finally {
    run.kill('SIGKILL');
  }
});
