import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fadeInSalt, percentageSalt, unitInterval, zoneSalt } from './mix.ts';
import { updateRing } from './ring-update.ts';
import { emptyRing, findPoint, slotAt } from './ring.ts';
import { KeyHasher } from './key-hasher.ts';

const keys = Array.from({ length: 40_000 }, (_, i) => `product-${i}`);

suite('a second hash of a key', () => {
  const hasher = new KeyHasher();
  const units = (salt: number): readonly number[] =>
    keys.map((key) => {
      hasher.hash(key);
      return unitInterval(hasher.high, hasher.low, salt);
    });

  test('spreads evenly over [0, 1)', () => {
    const bins = new Array<number>(20).fill(0);
    for (const unit of units(fadeInSalt)) bins[Math.floor(unit * 20)] = (bins[Math.floor(unit * 20)] ?? 0) + 1;
    for (const count of bins) assert.ok(Math.abs(count - 2000) < 250, `bin of ${count}`);
  });

  test('spreads evenly over the keys of one endpoint, too', () => {
    const ring = updateRing(
      emptyRing,
      new Uint8Array(8),
      [
        { slot: 0, address: 'http://a:1' },
        { slot: 1, address: 'http://b:1' },
      ],
      hasher,
    );
    let owned = 0;
    let below = 0;
    for (const key of keys) {
      hasher.hash(key);
      if (slotAt(ring, findPoint(ring, hasher.high, hasher.low)) !== 0) continue;
      owned++;
      if (unitInterval(hasher.high, hasher.low, fadeInSalt) < 0.25) below++;
    }
    assert.ok(Math.abs(below / owned - 0.25) < 0.02, `${below} of ${owned}`);
  });

  test('is another one for each purpose', () => {
    const [fade, zone, percentage] = [units(fadeInSalt), units(zoneSalt), units(percentageSalt)];
    const both = (a: readonly number[], b: readonly number[]): number =>
      a.filter((unit, i) => unit < 0.5 && (b[i] ?? 1) < 0.5).length / a.length;
    for (const share of [both(fade, zone), both(fade, percentage), both(zone, percentage)])
      assert.ok(Math.abs(share - 0.25) < 0.02, `share ${share}`);
  });
});
