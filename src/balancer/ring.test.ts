import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { pointsPerEndpoint } from './ring-points.ts';
import type { RingMember } from './ring-points.ts';
import { placeOwners } from './ring-batch.ts';
import { updateRing } from './ring-update.ts';
import { emptyRing, findPoint, nextPoint, ringShares, slotAt } from './ring.ts';
import type { Ring } from './ring.ts';
import { KeyHasher } from './key-hasher.ts';

const hasher = new KeyHasher();
const member = (slot: number): RingMember => ({ slot, address: `http://10.2.${slot >> 8}.${slot & 255}:8080` });
const members = (slots: readonly number[]): readonly RingMember[] => slots.map(member);
const nobody = new Uint8Array(1024);
const leaving = (slots: readonly number[]): Uint8Array => {
  const marks = new Uint8Array(1024);
  for (const slot of slots) marks[slot] = 1;
  return marks;
};
const ringOf = (...slots: readonly number[]): Ring => updateRing(emptyRing, nobody, members(slots), hasher);
const hashesOf = ({ pairs, low }: Ring): readonly bigint[] =>
  Array.from(low, (half, i) => (BigInt(pairs[2 * i] ?? 0) << 32n) | BigInt(half));
const someSlots = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 25 });

suite('a ring', () => {
  test('is the same however its hashes are made', () => {
    const plain = new KeyHasher('plain');
    const some = [
      { slot: 1, address: 'h2c://[2001:db8::1]:8080' },
      { slot: 0, address: 'http://\u00fc'.repeat(9000) },
    ];
    for (const all of [some, members([0, 1, 2]), []])
      assert.deepEqual(updateRing(emptyRing, nobody, all, plain), updateRing(emptyRing, nobody, all, hasher));
  });

  test('goes by the lower halves of hashes whose upper halves are the same', () => {
    const pairs = Uint32Array.of(7, 0, 7, 1, 7, 2);
    const low = Uint32Array.of(10, 20, 0xffff_fff0);
    const ring: Ring = { size: 3, low, pairs, buckets: Uint32Array.of(0, 3, 3), shift: 31 };
    const found = [0, 10, 11, 21, -1].map((half) => findPoint(ring, 7, half));
    assert.deepEqual(found, [0, 0, 1, 2, 0]);
  });

  test('gives the same owners for many hashes at once', () => {
    const pairs = Uint32Array.of(7, 5, 7, 6, 2 ** 31, 8, 2 ** 32 - 1, 5);
    const close: Ring = { size: 3, pairs, low: Uint32Array.of(10, 20, 0), buckets: Uint32Array.of(0, 2, 3), shift: 31 };
    const half = fc.oneof(fc.constantFrom(7, 10, 11, 2 ** 31, 2 ** 32 - 1), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    const hash = fc.record({ high: half, low: half });
    const names = Array.from({ length: 9 }, (_, slot) => `in slot ${slot}`);
    fc.assert(
      fc.property(
        fc.array(hash, { minLength: 1, maxLength: 50 }),
        fc.constantFrom(close, ringOf(1, 2, 3)),
        (all, ring) => {
          const hashes = Int32Array.from(all.flatMap(({ high, low }) => [low, high]));
          const list = ['before'];
          placeOwners(ring, hashes, all.length, { bySlot: names, list, from: 1 });
          const owners = all.map(({ high, low }) => names[slotAt(ring, findPoint(ring, high, low))]);
          assert.deepEqual(list, ['before', ...owners]);
        },
      ),
    );
  });

  test('has 100 points per endpoint, sorted by hash', () => {
    const ring = ringOf(1, 2, 3);
    assert.equal(ring.size, 3 * pointsPerEndpoint);
    const hashes = hashesOf(ring);
    assert.deepEqual(
      hashes,
      hashes.toSorted((a, b) => (a < b ? -1 : 1)),
    );
  });

  test('is the same whatever came and went before', () => {
    fc.assert(
      fc.property(someSlots, someSlots, (first, last) => {
        const gone = first.filter((slot) => !last.includes(slot));
        const come = last.filter((slot) => !first.includes(slot));
        assert.deepEqual(
          updateRing(ringOf(...first), leaving(gone), members(come), hasher),
          ringOf(...last.toReversed()),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('that has grown one endpoint at a time is the one that was made at once', () => {
    const slots = Array.from({ length: 90 }, (_, slot) => slot);
    const grown = slots.reduce((ring, slot) => updateRing(ring, nobody, [member(slot)], hasher), emptyRing);
    assert.deepEqual(grown, ringOf(...slots));
  });

  test('leaves the ring alone that it was made from', () => {
    const before = ringOf(1, 2, 3);
    const copy = structuredClone(before);
    updateRing(before, leaving([2]), members([7]), hasher);
    assert.deepEqual(before, copy);
  });

  test('finds the point that a search from the start finds', () => {
    const ring = ringOf(1, 2, 3, 4, 5);
    const half = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(half, half, (high, low) => {
        const key = (BigInt(high) << 32n) | BigInt(low);
        const scanned = hashesOf(ring).findIndex((hash) => hash >= key);
        assert.equal(findPoint(ring, high, low), Math.max(0, scanned));
      }),
    );
  });

  test('finds a point by its own hash, and the first one past the last', () => {
    const ring = ringOf(1, 2, 3);
    for (let i = 0; i < ring.size; i++) assert.equal(findPoint(ring, ring.pairs[2 * i] ?? 0, ring.low[i] ?? 0), i);
    assert.equal(findPoint(ring, 0xffffffff, 0xffffffff), 0);
    assert.equal(nextPoint(ring, ring.size - 1), 0);
    assert.equal(nextPoint(ring, 0), 1);
  });

  test('without a point has no answer', () => {
    assert.throws(() => findPoint(emptyRing, 0, 0), { code: 'RSRV_BALANCER_NO_ENDPOINTS' });
  });

  test('divides itself between its endpoints without rest', () => {
    const shares = ringShares(ringOf(0, 1, 2, 3), 4);
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 1e-9);
    for (const share of shares) assert.ok(share > 0.15 && share < 0.35, `share ${share}`);
  });
});
