import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { OccupancyLoad } from './occupancy.ts';
import { emptySnapshot } from './snapshot.ts';

/** Endpoints in slots 0 to count - 1. */
function loadOver(count: number): OccupancyLoad {
  const load = new OccupancyLoad();
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  load.adopt(
    { ...emptySnapshot, order, slotCount: count },
    [...order].map((slot) => ({ slot })),
  );
  return load;
}
const near = (got: number, want: number): void => {
  assert.ok(Math.abs(got - want) < 1e-9, `${got}, not ${want}`);
};

suite('occupancy', () => {
  test('is the part of the last 150 ms in which a request was under way', () => {
    const load = loadOver(1);
    load.begin(0, 1000);
    load.finish(0, 15, 1015);
    near(load.occupancyOf(0, 1015), 0.1);
  });

  test('adds up over requests at the same time', () => {
    const load = loadOver(1);
    for (let i = 0; i < 3; i++) load.begin(0, 1000);
    near(load.occupancyOf(0, 1075), 1.5);
  });

  test('counts of a long request only what lies in the window', () => {
    const load = loadOver(1);
    load.begin(0, 0);
    near(load.occupancyOf(0, 30_029.999_999_999), 0.999_999_999_999);
    load.finish(0, 60_000, 60_030);
    near(load.occupancyOf(0, 60_030), 0.8);
  });

  test('sinks to 0 within the window', () => {
    const load = loadOver(1);
    load.begin(0, 3000);
    load.finish(0, 30, 3030);
    near(load.occupancyOf(0, 3119), 0.2);
    near(load.occupancyOf(0, 3150), 0);
  });

  test('survives a clock that jumps back', () => {
    const load = loadOver(1);
    load.begin(0, 5000);
    load.finish(0, 10, 4000);
    assert.equal(load.inflightOf(0), 0);
    near(load.occupancyOf(0, 9000), 0);
  });
});

suite('effective load', () => {
  test('is never below the requests under way while latencies are alike', () => {
    const load = loadOver(2);
    load.begin(0, 100);
    load.begin(0, 100);
    assert.equal(load.loadOf(0), 2);
    assert.equal(load.total, 2);
  });

  test('counts an endpoint twice that takes twice as long as the fleet', () => {
    const load = loadOver(2);
    for (let now = 1000; now < 20_000; now += 100) {
      for (const [slot, duration] of [
        [0, 30],
        [1, 10],
      ] as const) {
        load.begin(slot, now);
        load.finish(slot, duration, now);
      }
    }
    load.begin(0, 20_000);
    load.begin(1, 20_000);
    assert.ok(
      load.loadOf(0) / load.loadOf(1) > 2.5 && load.loadOf(0) / load.loadOf(1) < 3.5,
      `${load.loadOf(0)} : ${load.loadOf(1)}`,
    );
  });

  test('counts a stuck endpoint five times', () => {
    const load = loadOver(2);
    load.begin(1, 0);
    load.finish(1, 10, 10);
    load.begin(0, 20);
    load.refresh(10_000);
    near(load.loadOf(0), 5);
  });

  test('adds up to the total, whatever happens', () => {
    const event = fc.record({ slot: fc.nat(3), begins: fc.boolean(), wait: fc.nat(80) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const load = loadOver(4);
        let now = 0;
        for (const { slot, begins, wait } of events) {
          now += wait;
          if (begins) load.begin(slot, now);
          else load.finish(slot, wait, now);
          load.refresh(now);
        }
        const sum = [0, 1, 2, 3].reduce((total, slot) => total + load.loadOf(slot), 0);
        assert.ok(Math.abs(sum - load.total) < 1e-6);
        for (const slot of [0, 1, 2, 3]) assert.ok(load.loadOf(slot) >= 0);
      }),
    );
  });

  test('leaves endpoints out of the total that are not in use any more', () => {
    const load = loadOver(2);
    load.begin(0, 0);
    load.begin(1, 0);
    load.adopt({ ...emptySnapshot, order: Uint32Array.of(1), slotCount: 2 }, []);
    load.refresh(1);
    near(load.total, load.loadOf(1));
  });
});
