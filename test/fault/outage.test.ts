/** An hour, on the route server's clock, in which nobody reaches the API server: the table is served on, and catches up. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ManualClock } from '../../src/runtime/manual-clock.ts';
import { until } from '../harness/wait.ts';
import { BadRoad } from './bad-road.ts';
import { randomFrom, seedOf } from './random.ts';
import { becomesFresh, deadlineMs } from './trouble.ts';

const seed = seedOf(20_261_124);
const minuteMs = 60_000;

/** Lets time pass on `clock` until it is told to stop; between two steps sockets have their turn. */
function flow(clock: ManualClock, stepMs: number): () => Promise<void> {
  const stopped = new AbortController();
  const flowing = (async () => {
    while (!stopped.signal.aborted) {
      await clock.advance(stepMs);
      await pause(1);
    }
  })();
  return () => {
    stopped.abort();
    return flowing;
  };
}

async function passes(clock: ManualClock, ms: number): Promise<void> {
  const endMs = clock.monotonic() + ms;
  while (clock.monotonic() < endMs) {
    await clock.advance(2_000);
    await pause(1);
  }
}

function metric(text: string, name: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

for (const source of ['watch', 'poll'] as const) {
  describe(`with -source=${source}, when the API server is gone for an hour`, () => {
    test('the table is served, its age is told, and afterwards it is that of the cluster', async (t) => {
      t.diagnostic(`FAULT_SEED=${seed}`);
      const road = await BadRoad.open(randomFrom(seed), source);
      t.after(() => road.close());
      const clock = new ManualClock(Date.now());
      const stopAtStart = flow(clock, 50);
      await road.start(clock);
      await becomesFresh(road, 'its start');
      await stopAtStart();

      const before = await road.served();
      road.proxy.suffer('drop', 1);
      road.proxy.endWatches();
      for (let at = 0; at < 5; at++) await road.change();
      const tries = road.proxy.inflicted;
      for (let minutes = 10; minutes <= 60; minutes += 10) {
        await passes(clock, 10 * minuteMs);
        assert.equal(await road.served(), before);
        const { status, facts } = await road.health();
        assert.deepEqual([status, facts['initialized'], facts['stale']], [200, true, false]);
        const ages = [Number(facts['ageSeconds']), metric(await road.metrics(), 'routesrv_routes_source_age_seconds')];
        // A list that was answered just before may have come in since.
        for (const age of ages) assert.ok(age > minutes * 60 - 30, `${age} s after ${minutes} min`);
      }
      assert.ok(road.proxy.inflicted > tries + 100, 'it went on trying');

      road.proxy.heal();
      const stop = flow(clock, 50);
      t.after(stop);
      await becomesFresh(road, 'an hour without the API server');
      const recoveredAtMs = clock.monotonic();
      const relisted = { what: 'two relists to prove that nothing was missed', deadlineMs };
      await until(relisted, () => Promise.resolve(clock.monotonic() > recoveredAtMs + 30_000));
      assert.ok(Number((await road.health()).facts['ageSeconds']) < 60);
      assert.equal(
        metric(await road.metrics(), 'routesrv_kube_relist_missed_total'),
        0,
        'the lists at the end had it all',
      );
    });
  });
}
