/** Shared list-watches. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FaultyApi, hurriedClock, until } from '../../test/harness/faulty-api/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { ListWatchPool } from './list-watch-pool.ts';
import { kinds } from './resource-kind.ts';

describe('ListWatchPool', () => {
  let api: FaultyApi;
  let pool: ListWatchPool;
  beforeEach(async () => {
    api = await FaultyApi.start();
    const log = createLogger({ name: 'test', level: 'silent' });
    pool = new ListWatchPool({ client: api.client(), clock: hurriedClock(100), log });
  });
  afterEach(async () => {
    await pool.stop();
    await api.stop();
  });
  const decode = ({ metadata }: { metadata: { name: string } }): string => metadata.name;
  const inA = { kind: kinds.Pod, namespace: 'a', labelSelector: 'app=skipper', decode };

  test('gives all who ask for the same kind and scope one list-watch, and others another', async () => {
    const [first, second] = [pool.acquire(inA), pool.acquire(inA)];
    const other = pool.acquire({ ...inA, namespace: 'b' });
    await Promise.all([first, other].map(({ listWatch }) => listWatch.whenSynced()));
    await until('both watches are open', () => api.watches.size === 2);
    assert.equal(first.listWatch, second.listWatch);
    assert.deepEqual(
      pool.running().map(({ name, synced }) => [name, synced]),
      [
        ['v1 pods (a app=skipper)', true],
        ['v1 pods (b app=skipper)', true],
      ],
    );
  });

  test('stops when the last share is given back, and not before; giving back twice counts once', async () => {
    const [first, second] = [pool.acquire(inA), pool.acquire(inA)];
    await until('the watch is open', () => api.watches.size === 1);
    await first.release();
    await first.release();
    assert.equal(pool.running().length, 1);
    assert.equal(api.watches.size, 1);
    await second.release();
    assert.equal(pool.running().length, 0);
    await until('the watch is closed', () => api.watches.size === 0);
  });

  test('gives a new list-watch to who asks again', async () => {
    const first = pool.acquire(inA);
    const releasing = first.release();
    const second = pool.acquire(inA);
    await releasing;
    await second.listWatch.whenSynced();
    assert.notEqual(first.listWatch, second.listWatch);
  });

  test('refuses two decoders for one scope: both would get what one of them made', () => {
    pool.acquire(inA);
    assert.throws(() => pool.acquire({ ...inA, decode: () => 7 }), /already watched with another decoder/);
  });
});
