import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { readOwner, withLock } from './lock.ts';
import { identify } from './processes/identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'lock-'));
after(() => {
  rmSync(folder, { recursive: true });
});

test('work under one lock never overlaps, whatever the number of those that want it', async () => {
  const path = join(folder, 'contended');
  let inside = 0;
  const most: number[] = [];
  const work = async (): Promise<void> => {
    most.push(++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  await Promise.all(Array.from({ length: 5 }, () => withLock(path, { purpose: 'counting' }, work)));
  assert.deepEqual(most, [1, 1, 1, 1, 1]);
  assert.equal(readOwner(path), undefined);
});

test('a lock is released when its work fails', async () => {
  const path = join(folder, 'failing');
  const failing = withLock(path, { purpose: 'failing' }, () => Promise.reject(new Error('no')));
  await assert.rejects(failing, /no/);
  assert.equal(readOwner(path), undefined);
});

test('whoever waits is told once what the owner is doing', async () => {
  const path = join(folder, 'told');
  const told: string[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
  const first = withLock(path, { purpose: 'building etcd' }, () => released);
  const second = withLock(
    path,
    {
      purpose: 'waiting',
      onWait: ({ purpose }) => {
        told.push(purpose);
        release(undefined);
      },
    },
    () => Promise.resolve('done'),
  );
  assert.equal(await second, 'done');
  await first;
  assert.deepEqual(told, ['building etcd']);
});

const self = identify(process.pid) ?? assert.fail('no identity');
const dead = {
  'of a process that has ended': { pid: 2 ** 22 + 1, startTime: '1', purpose: 'x' },
  'of a process whose pid another one has now': { ...self, startTime: '1', purpose: 'x' },
};
for (const [whose, owner] of Object.entries(dead)) {
  test(`a lock ${whose} is taken over, and nothing of it stays`, async () => {
    const path = join(folder, `stale-${owner.pid}`, 'lock');
    await withLock(path, { purpose: 'making the folder' }, () => Promise.resolve());
    writeFileSync(path, JSON.stringify(owner));
    assert.equal(await withLock(path, { purpose: 'next' }, () => Promise.resolve('taken')), 'taken');
    assert.deepEqual(readdirSync(dirname(path)), []);
  });
}
