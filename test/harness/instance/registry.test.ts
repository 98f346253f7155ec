import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { limits } from './addresses.ts';
import { claim, findInstance, forget, listAbandoned, listInstances } from './registry.ts';

const cache = mkdtempSync(join(tmpdir(), 'registry-'));
const cacheBefore = process.env['ROUTESRV_CACHE'];
before(() => {
  process.env['ROUTESRV_CACHE'] = cache;
});
after(() => {
  if (cacheBefore === undefined) delete process.env['ROUTESRV_CACHE'];
  else process.env['ROUTESRV_CACHE'] = cacheBefore;
  rmSync(cache, { recursive: true });
});

test('a kept instance keeps its folder and its index', async () => {
  const first = await claim('control-plane', { name: 'kept' });
  assert.deepEqual(await claim('control-plane', { name: 'kept' }), first);
  assert.deepEqual(findInstance('kept'), first);
});

test('an ephemeral instance is another one each time', async () => {
  const options = { name: 'ephemeral', lifetime: 'ephemeral' } as const;
  const both = await Promise.all([claim('control-plane', options), claim('control-plane', options)]);
  assert.equal(new Set(both.map(({ folder }) => folder)).size, 2);
  assert.equal(new Set(both.map(({ index }) => index)).size, 2);
});

test('a control plane leaves the few indices that a node can have to nodes', async () => {
  const controlPlane = await claim('control-plane', { name: 'no-node' });
  const node = await claim('node', { name: 'node' });
  assert.ok(controlPlane.index >= limits.node);
  assert.ok(node.index < limits.node);
});

test('an index is free again when its instance is forgotten', async () => {
  const first = await claim('control-plane', { name: 'forgotten' });
  forget(first);
  const second = await claim('control-plane', { name: 'next' });
  assert.equal(second.index, first.index);
});

test('an instance whose test has ended is abandoned; one whose test runs is not', async () => {
  const alive = await claim('control-plane', { name: 'alive', lifetime: 'ephemeral' });
  const dead = await claim('control-plane', { name: 'dead', lifetime: 'ephemeral' });
  const ended = { ...dead, owner: { pid: process.pid, startTime: '1' } };
  writeFileSync(join(dead.folder, 'instance.json'), JSON.stringify(ended));
  assert.deepEqual(listAbandoned(), [ended]);
  assert.ok(listInstances().some(({ id }) => id === alive.id));
});

test('a name that is taken at the other level is refused with the way out', async () => {
  await claim('control-plane', { name: 'levels' });
  await assert.rejects(claim('node', { name: 'levels' }), /choose another --name.*down --wipe --name levels/);
});

for (const name of ['', 'Upper', 'with.dot', '../up', '-dash', 'x'.repeat(33)]) {
  test(`"${name}" is refused as a name, since it becomes a folder and an address`, async () => {
    await assert.rejects(claim('control-plane', { name }), /cannot name a cluster/);
  });
}
