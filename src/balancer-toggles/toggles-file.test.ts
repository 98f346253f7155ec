import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { channelNames } from '../balancer-adapter/index.ts';
import type { BalancerClock } from '../balancer-adapter/index.ts';
import { everythingThroughSkipper, TogglesFile } from './index.ts';
import type { Toggles, TogglesFileOptions } from './index.ts';

const on = '{"enabled":true,"percentage":100}';
const off = '{"enabled":false,"percentage":100}';

/** A folder that is changed as the kubelet changes a mounted ConfigMap: a new folder, and a link that is swapped. */
class Mount {
  readonly folder = mkdtempSync(join(tmpdir(), 'toggles-'));
  readonly path = join(this.folder, 'client-balancer.json');
  #version = 0;

  constructor(t: TestContext) {
    t.after(() => {
      rmSync(this.folder, { recursive: true });
    });
  }

  write(text: string): void {
    const version = `..version-${++this.#version}`;
    mkdirSync(join(this.folder, version));
    writeFileSync(join(this.folder, version, 'client-balancer.json'), text);
    symlinkSync(version, join(this.folder, '..data_tmp'));
    renameSync(join(this.folder, '..data_tmp'), join(this.folder, '..data'));
    if (this.#version === 1) symlinkSync('..data/client-balancer.json', this.path);
  }
}

/** A clock whose only timer is fired by hand. */
function handClock(): { clock: BalancerClock; fire: () => void; pending: () => number } {
  const timers = new Set<() => void>();
  const clock: BalancerClock = {
    now: () => 0,
    schedule: (_delayMs, run) => {
      timers.add(run);
      return { cancel: () => timers.delete(run) };
    },
  };
  const fire = (): void => {
    for (const run of [...timers]) {
      timers.delete(run);
      run();
    }
  };
  return { clock, fire, pending: () => timers.size };
}

function open(t: TestContext, options: TogglesFileOptions): TogglesFile {
  const file = new TogglesFile(options);
  t.after(() => {
    file.close();
  });
  return file;
}

test('holds from the first moment what is in the file', (t) => {
  const mount = new Mount(t);
  mount.write('{"enabled":true,"percentage":10,"fallback":false}');
  const file = open(t, { path: mount.path });
  assert.deepEqual(file.current, { enabled: true, percentage: 10, fallback: false });
});

test('follows the swap of a mounted ConfigMap without a restart', async (t) => {
  const mount = new Mount(t);
  mount.write(on);
  const changed = Promise.withResolvers<Toggles>();
  const options = { path: mount.path, pollMs: 60_000 };
  const onChange = (toggles: Toggles): void => {
    if (!toggles.enabled) changed.resolve(toggles);
  };
  const file = open(t, { ...options, onChange });
  mount.write(off);
  // Keeps the process alive, which the file's own watch must not do.
  const deadline = setTimeout(changed.reject, 60_000, new Error('the change was not seen'));
  assert.equal((await changed.promise).enabled, false);
  clearTimeout(deadline);
  assert.equal(file.current.enabled, false);
});

test('follows changes that no watch tells of, at the next poll', (t) => {
  const mount = new Mount(t);
  const { clock, fire } = handClock();
  // The folder is not there yet, so there is nothing to watch.
  const path = join(mount.folder, 'later', 'client-balancer.json');
  const file = open(t, { path, clock });
  assert.deepEqual(file.current, everythingThroughSkipper);
  mkdirSync(join(mount.folder, 'later'));
  writeFileSync(path, on);
  fire();
  assert.equal(file.current.enabled, true);
});

test('keeps the last good toggles while the content is broken or gone, and says so once per problem', (t) => {
  const mount = new Mount(t);
  const { clock, fire } = handClock();
  mount.write(on);
  const problems: string[] = [];
  const published: unknown[] = [];
  const note = (event: unknown): void => {
    published.push(event);
  };
  subscribe(channelNames.problem, note);
  t.after(() => unsubscribe(channelNames.problem, note));
  const file = open(t, { path: mount.path, clock, onProblem: ({ message }) => problems.push(message) });
  mount.write('{"enabled":false');
  fire();
  fire();
  assert.equal(file.current.enabled, true);
  assert.match(file.problem?.message ?? '', /is no JSON/);
  rmSync(join(mount.folder, '..data'));
  fire();
  fire();
  assert.equal(file.current.enabled, true);
  assert.deepEqual(
    problems.map((message) => /no JSON|ENOENT/.exec(message)?.[0]),
    ['no JSON', 'ENOENT'],
  );
  assert.equal(published.length, 2);
  mount.write(off);
  fire();
  assert.equal(file.current.enabled, false);
  assert.equal(file.problem, undefined);
});

test('uses what it was given while nothing good was read', (t) => {
  const mount = new Mount(t);
  const initial: Toggles = { enabled: true, percentage: 5, fallback: true };
  mount.write('nonsense');
  const file = open(t, { path: mount.path, initial });
  assert.deepEqual(file.current, initial);
});

test('leaves no timer behind when it is closed', (t) => {
  const mount = new Mount(t);
  const { clock, pending, fire } = handClock();
  mount.write(on);
  const file = new TogglesFile({ path: mount.path, clock });
  assert.equal(pending(), 1);
  file.close();
  fire();
  assert.equal(pending(), 0);
});
