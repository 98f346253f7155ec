import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Balancer } from './balancer.ts';
import type { EndpointInput, HealthOptions } from './types.ts';

const options: HealthOptions = {
  periodMs: 1000,
  minRequests: 10,
  minDropProbability: 0.1,
  maxDropProbability: 0.9,
  maxUnhealthyEndpointsRatio: 0.5,
};
const inputs: readonly EndpointInput[] = ['a', 'b', 'c', 'd'].map((name) => ({ address: `http://${name}:80` }));

/** What each endpoint's share of failures in the last period leads to, for a given draw. */
function dropped(
  failures: readonly number[],
  draw: number,
  given: { requests?: number; after?: number; more?: Partial<HealthOptions> } = {},
): string {
  const { requests = 20, after = 1000, more = {} } = given;
  let now = 0;
  const balancer = new Balancer({ now: () => now, random: () => draw }, { health: { ...options, ...more } });
  balancer.update(inputs);
  for (const [i, endpoint] of balancer.endpoints.entries())
    for (let n = 0; n < requests; n++) {
      balancer.begin(endpoint);
      balancer.finish(endpoint, 1, n < (failures[i] ?? 0) * requests);
    }
  now = after;
  const used = new Set(balancer.pickMany(Array.from({ length: 400 }, (_, i) => `k${i}`)));
  return balancer.endpoints
    .filter((endpoint) => !used.has(endpoint))
    .map(({ address }) => address.slice(7, 8))
    .join('');
}

suite('passive health', () => {
  const cases: Record<string, readonly [got: string, want: string]> = {
    'drops an endpoint for draws below its share of failures': [dropped([0.5], 0.49), 'a'],
    'keeps it for other draws': [dropped([0.5], 0.5), ''],
    'drops nobody who fails less than the least share': [dropped([0.1], 0), ''],
    'drops nobody after a few requests': [dropped([1], 0, { requests: 10 }), ''],
    'never drops all requests of an endpoint': [dropped([1], 0.9), ''],
    'drops as many as allowed': [dropped([1, 1], 0.5), 'ab'],
    'drops nobody when too many would be': [dropped([1, 1, 1], 0.5), ''],
    'drops nobody when all would be': [dropped([1, 1, 1, 1], 0.5, { more: { maxUnhealthyEndpointsRatio: 1 } }), ''],
    'judges at the end of a period, not before': [dropped([1], 0, { after: 999 }), ''],
    'forgives after a period without requests': [dropped([1], 0, { after: 2000 }), ''],
    'begins a new period when the clock jumps back': [dropped([1], 0, { after: -5000 }), ''],
  };
  for (const [name, [got, want]] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(got, want);
    });
  }

  test('ends periods in a beat, however late the first of them is noticed', () => {
    let now = 0;
    const balancer = new Balancer({ now: () => now, random: () => 0 }, { health: options });
    balancer.update(inputs);
    const [first] = balancer.endpoints;
    assert.ok(first);
    const fails = (at: number): void => {
      now = at;
      for (let n = 0; n < 20; n++) {
        balancer.begin(first);
        balancer.finish(first, 1, true);
      }
    };
    const uses = (at: number): boolean => {
      now = at;
      return balancer.pickMany(Array.from({ length: 400 }, (_, i) => `k${i}`)).includes(first);
    };
    fails(0);
    assert.equal(uses(1900), false, 'by what was in the first period');
    fails(1900);
    assert.equal(uses(2000), false, 'by what was in the second, of which 100 ms were left');
    assert.equal(uses(3000), true, 'nothing was in the third');
  });

  test('gives an idle endpoint of weight 0 nothing by leastRequests, as Skipper does, unless it is the first', () => {
    for (const [failing, picked] of [
      [1, 'http://c:80'],
      [0, 'http://a:80'],
    ] as const) {
      let now = 0;
      const health = { ...options, maxDropProbability: 1, maxUnhealthyEndpointsRatio: 0 };
      const balancer = new Balancer({ now: () => now, random: () => 0 }, { algorithm: 'leastRequests', health });
      balancer.update(inputs.slice(0, 3));
      const [a, b] = balancer.endpoints;
      assert.ok(a && b);
      for (let n = 0; n < 20; n++) {
        const endpoint = failing === 0 ? a : b;
        balancer.begin(endpoint);
        balancer.finish(endpoint, 1, true);
      }
      now = 1000;
      if (failing === 1) balancer.begin(a);
      assert.equal(balancer.pick('k').address, picked);
    }
  });

  test('refuses shares that are none', () => {
    const make = (more: Partial<HealthOptions>) => (): Balancer =>
      new Balancer({ now: () => 0, random: () => 0 }, { health: { ...options, ...more } });
    assert.throws(make({ maxDropProbability: 2 }), /health.maxDropProbability must be 0 to 1, but is 2/);
    assert.throws(make({ periodMs: 0 }), /health.periodMs must be more than 0/);
  });
});
