import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Balancer } from './balancer.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { EndpointInput, ZoneOptions } from './types.ts';
import { ZoneShare } from './zone-share.ts';

const zone: ZoneOptions = { own: 'a', mode: 'latency' };

/** Two answers per 10 ms of time, one from the own zone and one from another. */
function answers(share: ZoneShare, from: number, to: number, durations: { local: number; other: number }): void {
  for (let now = from; now < to; now += 10) {
    share.record(true, durations.local, now);
    share.record(false, durations.other, now);
  }
}

suite('the share of keys that stay in the zone', () => {
  test('ramps up by ^2.5, and leaves 1 % for comparison', () => {
    const share = new ZoneShare(zone, 0);
    assert.deepEqual(
      [0, 15_000, 30_000, 90_000].map((now) => share.shareAt(now)),
      [0.01, 0.5 ** 2.5, 0.99, 0.99],
    );
  });

  test('is full after the clock has jumped back', () => {
    assert.equal(new ZoneShare(zone, 50_000).shareAt(0), 0.99);
  });

  test('stays while the zone is no more than 35 % slower', () => {
    const share = new ZoneShare(zone, 0);
    answers(share, 0, 40_000, { local: 12, other: 10 });
    assert.equal(share.shareAt(40_000), 0.99);
  });

  test('goes down to a probe when the zone is slower than that', () => {
    const share = new ZoneShare(zone, 0);
    answers(share, 0, 4000, { local: 20, other: 10 });
    assert.equal(share.shareAt(40_000), 0.01);
  });

  test('does not go down for two comparisons in a row', () => {
    const share = new ZoneShare(zone, 0);
    answers(share, 0, 2010, { local: 20, other: 10 });
    // So many answers before the third that the slow ones are no percent of them any more.
    for (let n = 0; n < 120; n++) answers(share, 2010, 3000, { local: 10, other: 10 });
    answers(share, 3000, 40_000, { local: 10, other: 10 });
    assert.equal(share.shareAt(40_000), 0.99);
  });

  test('does not come back at the border, but well below it, and ramps again', () => {
    const share = new ZoneShare(zone, 0);
    answers(share, 0, 4000, { local: 20, other: 10 });
    answers(share, 4000, 60_000, { local: 13, other: 10 });
    assert.equal(share.shareAt(60_000), 0.01);
    answers(share, 60_000, 80_000, { local: 10, other: 10 });
    const [soon, later] = [share.shareAt(80_000), share.shareAt(120_000)];
    assert.ok(soon > 0.01 && soon < 0.99, String(soon));
    assert.equal(later, 0.99);
  });

  test('does not judge by a few answers', () => {
    const share = new ZoneShare(zone, 0);
    for (let i = 0; i < 99; i++) {
      share.record(true, 500, i * 100);
      share.record(false, 1, i * 100);
    }
    assert.equal(share.shareAt(40_000), 0.99);
  });

  test('refuses a factor below 1', () => {
    assert.throws(
      () => new ZoneShare({ ...zone, latencyFactor: 0.5 }, 0),
      /zone.latencyFactor must be at least 1, but is 0.5/,
    );
    assert.throws(() => new ZoneShare({ ...zone, rampMs: 0 }, 0), /zone.rampMs must be more than 0/);
  });
});

suite('a percentile', () => {
  test('is right within 5 %', () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1000; ms++) histogram.record(ms);
    for (const [share, want] of [
      [0.5, 500],
      [0.99, 990],
      [1, 1000],
    ] as const)
      assert.ok(Math.abs(histogram.percentile(share) / want - 1) <= 0.05, `P${share * 100}`);
  });

  test('of nothing is unknown', () => {
    assert.ok(Number.isNaN(new LatencyHistogram().percentile(0.99)));
  });

  test('has an end for everything that takes forever', () => {
    const histogram = new LatencyHistogram();
    histogram.record(1e9);
    assert.ok(histogram.percentile(0.99) > 20_000);
  });
});

const inputs = (perZone: Readonly<Record<string, number>>): readonly EndpointInput[] =>
  Object.entries(perZone).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, i) => ({ address: `http://${name}${i}:80`, zone: name })),
  );
const keys = Array.from({ length: 3000 }, (_, i) => `key-${i}`);
const localShare = (balancer: Balancer): number =>
  balancer.pickMany(keys).filter((endpoint) => endpoint.zone === 'a').length / keys.length;

suite('a balancer with zones', () => {
  const made = (mode: ZoneOptions['mode'], now: () => number = () => 0): Balancer =>
    new Balancer({ now, random: () => 0.5 }, { zone: { own: 'a', mode } });

  test('stays in its zone by Skipper’s rule when there are three endpoints', () => {
    const balancer = made('skipper');
    balancer.update(inputs({ a: 3, b: 9 }));
    assert.equal(localShare(balancer), 1);
  });

  test('uses all zones by Skipper’s rule when there are two', () => {
    const balancer = made('skipper');
    balancer.update(inputs({ a: 2, b: 9 }));
    assert.ok(localShare(balancer) < 0.4);
  });

  test('sends a growing share of keys to its own zone, and never brings one back', () => {
    let now = 0;
    const balancer = made('latency', () => now);
    balancer.update(inputs({ a: 4, b: 4, c: 4 }));
    const start = localShare(balancer);
    assert.ok(Math.abs(start - 1 / 3) < 0.12, String(start));
    let local = new Set<string>();
    for (now = 0; now <= 30_000; now += 5000) {
      const seen = new Set(keys.filter((key) => balancer.pick(key).zone === 'a'));
      assert.ok([...local].every((key) => seen.has(key)));
      local = seen;
    }
    assert.ok(local.size / keys.length > 0.97);
  });

  test('goes elsewhere when all of its zone has been tried', () => {
    const balancer = made('latency', () => 0);
    balancer.update(inputs({ a: 2, b: 2 }));
    const tried = balancer.endpoints.filter((endpoint) => endpoint.zone === 'a');
    for (const key of keys) assert.equal(balancer.pick(key, 'utf8', tried).zone, 'b');
  });
});
