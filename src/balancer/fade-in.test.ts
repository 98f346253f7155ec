import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Balancer } from './balancer.ts';
import { fadeInRule, fadeWeight } from './fade-in.ts';
import type { EndpointInput, FadeInOptions } from './types.ts';

const inputs = (from: number, to: number): readonly EndpointInput[] =>
  Array.from({ length: to - from }, (_, i) => ({ address: `http://10.2.0.${from + i}:8080` }));
const keys = Array.from({ length: 4000 }, (_, i) => `product-${i}`);
const addresses = (balancer: Balancer): readonly string[] => balancer.pickMany(keys).map(({ address }) => address);
const differing = (a: readonly string[], b: readonly string[]): number => a.filter((one, i) => one !== b[i]).length;

/** A balancer whose time and luck the test holds. */
function scaled(fadeIn: FadeInOptions): {
  balancer: Balancer;
  at: (now: number) => Balancer;
  luck: (draw: number) => void;
} {
  let [now, draw] = [0, 0.5];
  const balancer = new Balancer({ now: () => now, random: () => draw }, { fadeIn });
  const at = (time: number): Balancer => {
    now = time;
    return balancer;
  };
  return { balancer, at, luck: (next) => void (draw = next) };
}

suite('a fade-in weight', () => {
  const skipper = fadeInRule({ mode: 'skipper', durationMs: 1000, exponent: 1 });
  const nRing = fadeInRule({ mode: 'n-ring' });
  const cases: Record<string, readonly [got: number, want: number]> = {
    'is 1 at age 0 by Skipper': [fadeWeight(skipper, 0), 1],
    'is 0 at age 0 by n-ring': [fadeWeight(nRing, 0), 0],
    'grows with the age': [fadeWeight(skipper, 250), 0.25],
    'grows by (t / 30 s)^2.5 when nothing else is said': [fadeWeight(nRing, 15_000), 0.5 ** 2.5],
    'is 1 at the end': [fadeWeight(skipper, 1000), 1],
    'is 1 after the clock has jumped back': [fadeWeight(nRing, -1), 1],
  };
  for (const [name, [got, want]] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(got, want);
    });
  }

  test('needs a duration and an exponent above 0', () => {
    assert.throws(
      () => fadeInRule({ mode: 'skipper', durationMs: 0 }),
      /fadeIn.durationMs must be more than 0, but is 0/,
    );
    assert.throws(() => fadeInRule({ mode: 'skipper', exponent: Number.NaN }), /fadeIn.exponent must be more than 0/);
  });
});

suite('fade-in by n-ring', () => {
  test('does not fade the first endpoints', () => {
    const { balancer } = scaled({ mode: 'n-ring' });
    balancer.update(inputs(0, 10));
    assert.equal(new Set(addresses(balancer)).size, 10);
    for (const { weight } of balancer.snapshot().endpoints) assert.equal(weight, 1);
  });

  test('moves each key once, from its old owner to its new one', () => {
    const { balancer, at } = scaled({ mode: 'n-ring' });
    balancer.update(inputs(0, 10));
    const before = addresses(balancer);
    at(1000).update(inputs(0, 15));
    assert.deepEqual(addresses(balancer), before);
    const after = addresses(at(31_000));
    let last = before;
    for (let now = 1000; now <= 31_000; now += 1000) {
      const seen = addresses(at(now));
      for (const [i, address] of seen.entries())
        assert.ok(address === last[i] || address === after[i], `${keys[i] ?? ''} at ${now}`);
      last = seen;
    }
    assert.notDeepEqual(before, after);
  });

  test('has moved as large a part of the keys as the weight says', () => {
    const { balancer, at } = scaled({ mode: 'n-ring' });
    balancer.update(inputs(0, 10));
    const before = addresses(balancer);
    at(0).update(inputs(0, 20));
    const moved = differing(before, addresses(at(20_000))) / differing(before, addresses(at(30_000)));
    assert.ok(Math.abs(moved - (2 / 3) ** 2.5) < 0.04, String(moved));
  });

  test('gives keys only to their final owner or an endpoint that is not fading, when scale-ups overlap', () => {
    const { balancer, at } = scaled({ mode: 'n-ring' });
    balancer.update(inputs(0, 20));
    const settled = new Set(balancer.endpoints.map(({ address }) => address));
    for (const [time, count] of [
      [0, 25],
      [8000, 30],
      [16_000, 35],
    ] as const)
      at(time).update(inputs(0, count));
    const other = scaled({ mode: 'n-ring' }).balancer;
    other.update(inputs(0, 35));
    const final = addresses(other);
    for (let now = 16_000; now < 46_000; now += 2000)
      for (const [i, address] of addresses(at(now)).entries())
        assert.ok(address === final[i] || settled.has(address) || now >= 30_000, `${keys[i] ?? ''} at ${now}`);
  });

  test('goes on by the old clock for an endpoint that was away for a moment', () => {
    const { balancer, at } = scaled({ mode: 'n-ring' });
    balancer.update(inputs(0, 4));
    at(0).update(inputs(0, 5));
    at(10_000).update(inputs(0, 4));
    at(12_000).update(inputs(0, 5));
    assert.equal(at(15_000).snapshot().endpoints[4]?.weight, 0.5 ** 2.5);
  });

  for (const [load, options] of Object.entries({
    none: {},
    occupancy: { boundedLoad: { load: 'occupancy' } },
  } as const))
    test(`stays over once it was seen to be, in picks and in the picture alike, with load ${load}`, () => {
      let now = 0;
      const balancer = new Balancer({ now: () => now, random: () => 0.5 }, { fadeIn: { mode: 'n-ring' }, ...options });
      balancer.update(inputs(0, 10));
      balancer.update(inputs(0, 15));
      assert.equal(balancer.snapshot().fades, 1);
      now = 30_000;
      const after = addresses(balancer);
      now = 1000;
      assert.deepEqual(addresses(balancer), after);
      const { fades, endpoints } = balancer.snapshot();
      assert.deepEqual([fades, ...new Set(endpoints.map(({ weight }) => weight))], [0, 1]);
    });

  test('takes deletions at once', () => {
    const { balancer, at } = scaled({ mode: 'n-ring' });
    balancer.update(inputs(0, 10));
    at(1000).update(inputs(1, 10));
    assert.ok(!addresses(balancer).includes('http://10.2.0.0:8080'));
  });
});

suite('fade-in by Skipper', () => {
  const fadeIn: FadeInOptions = { mode: 'skipper', durationMs: 1000, exponent: 1 };

  test('keeps new endpoints for requests whose draw is below the weight', () => {
    const { balancer, at, luck } = scaled(fadeIn);
    balancer.update(inputs(0, 5));
    const before = addresses(balancer);
    at(0).update(inputs(0, 8));
    at(500);
    luck(0.5);
    assert.deepEqual(addresses(balancer), before);
    luck(0.49);
    assert.deepEqual(addresses(balancer), addresses(at(1000)));
  });

  test('keeps all when none would be kept', () => {
    const { balancer, at, luck } = scaled(fadeIn);
    balancer.update(inputs(0, 2));
    const old = balancer.endpoints;
    at(0).update(inputs(0, 4));
    at(100);
    luck(0.9);
    const picked = new Set(keys.map((key) => balancer.pick(key, 'utf8', old).address));
    assert.deepEqual([...picked].sort(), ['http://10.2.0.2:8080', 'http://10.2.0.3:8080']);
  });

  test('draws once for all endpoints of a request', () => {
    let draws = 0;
    let now = 0;
    const random = (): number => ++draws * 0;
    const balancer = new Balancer({ now: () => now, random }, { fadeIn });
    balancer.update(inputs(0, 2));
    balancer.update(inputs(0, 6));
    now = 10;
    balancer.pick('k');
    assert.equal(draws, 1);
  });
});
