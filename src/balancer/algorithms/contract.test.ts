import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { seeded } from '../../../test/support/seeded.ts';
import { Balancer } from '../balancer.ts';
import { algorithmNames } from '../types.ts';
import type { AlgorithmName, BalancerOptions, EndpointInput } from '../types.ts';

const inputs = (count: number): readonly EndpointInput[] =>
  Array.from({ length: count }, (_, i) => ({ address: `http://10.2.0.${i}:8080` }));
const made = (algorithm: AlgorithmName, options: BalancerOptions = {}): Balancer =>
  new Balancer({ now: () => 0, random: seeded(7) }, { algorithm, ...options });

for (const algorithm of algorithmNames) {
  suite(`any algorithm, here ${algorithm}`, () => {
    test('has no answer before there are endpoints', () => {
      assert.throws(() => made(algorithm).pick('k'), { code: 'RSRV_BALANCER_NO_ENDPOINTS', name: 'BalancerError' });
      assert.throws(() => made(algorithm).pickMany(['k']), { code: 'RSRV_BALANCER_NO_ENDPOINTS' });
    });

    test('takes the only endpoint there is', () => {
      const balancer = made(algorithm);
      balancer.update(inputs(1));
      assert.equal(balancer.pick('k'), balancer.endpoints[0]);
      assert.equal(balancer.pick('k', 'utf8', balancer.endpoints), balancer.endpoints[0]);
    });

    test('takes only endpoints that are in use, and none that failed already, through any changes', () => {
      const step = fc.record({
        count: fc.integer({ min: 1, max: 12 }),
        skip: fc.nat(11),
        tried: fc.nat(11),
        key: fc.string(),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
          const balancer = made(algorithm);
          for (const { count, skip, tried, key } of steps) {
            balancer.update(inputs(count + skip).slice(skip));
            const already = balancer.endpoints.slice(0, tried);
            const picked = balancer.pick(key, 'utf8', already);
            balancer.begin(picked);
            assert.ok(balancer.endpoints.includes(picked));
            assert.ok(already.length >= balancer.endpoints.length || !already.includes(picked));
          }
        }),
        { numRuns: 60 },
      );
    });

    test('gives every endpoint something to do', () => {
      const balancer = made(algorithm);
      balancer.update(inputs(10));
      const used = new Set(Array.from({ length: 2000 }, (_, i) => balancer.pick(`key-${i}`)));
      assert.equal(used.size, 10);
    });

    test('draws the same with the same random numbers', () => {
      const picks = (): readonly string[] => {
        const balancer = made(algorithm);
        balancer.update(inputs(9));
        return balancer.pickMany(Array.from({ length: 200 }, (_, i) => `key-${i}`)).map(({ address }) => address);
      };
      assert.deepEqual(picks(), picks());
    });

    test('picks one by one as in a batch, into a list that is used again', () => {
      const [single, batch] = [made(algorithm), made(algorithm)];
      for (const balancer of [single, batch]) balancer.update(inputs(9));
      const keys = Array.from({ length: 3000 }, (_, i) => `key-${i}`);
      const list = [...batch.endpoints];
      assert.equal(batch.pickMany(keys, 'utf8', list), list);
      const addressOf = ({ address }: EndpointInput): string => address;
      assert.deepEqual(
        list.map(addressOf),
        keys.map((key) => addressOf(single.pick(key))),
      );
      assert.equal(batch.pickMany([], 'utf8', list).length, 0);
    });

    test('says why', () => {
      const balancer = made(algorithm);
      balancer.update(inputs(4));
      const { picked, kept, walk } = balancer.explain('k', 'utf8', balancer.endpoints.slice(0, 1));
      assert.equal(walk.at(-1)?.endpoint, picked);
      assert.equal(kept, 3);
    });
  });
}

test('algorithms that place by turns or by chance do not look at keys', () => {
  const unread = new Proxy(['a', 'b'], {
    get(keys, name): unknown {
      if (name === 'length') return keys.length;
      throw new Error(`key ${String(name)} was read`);
    },
  });
  for (const algorithm of algorithmNames) {
    const balancer = made(algorithm);
    balancer.update(inputs(3));
    if (algorithm === 'consistentHash') assert.throws(() => balancer.pickMany(unread), /key 0 was read/);
    else assert.equal(balancer.pickMany(unread).length, 2);
  }
});

const shareOf = (balancer: Balancer, picks: number): ReadonlyMap<string, number> => {
  const shares = new Map<string, number>(balancer.endpoints.map(({ address }) => [address, 0]));
  for (let i = 0; i < picks; i++) {
    const { address } = balancer.pick(`key-${i}`);
    shares.set(address, (shares.get(address) ?? 0) + 1 / picks);
  }
  return shares;
};

suite('roundRobin', () => {
  test('goes around', () => {
    const balancer = made('roundRobin');
    balancer.update(inputs(3));
    const [first, second, third, again] = [1, 2, 3, 4].map(() => balancer.pick('k'));
    assert.equal(new Set([first, second, third]).size, 3);
    assert.equal(again, first);
  });
});

suite('powerOfRandomNChoices', () => {
  test('with many choices takes an idle endpoint among busy ones', () => {
    const balancer = made('powerOfRandomNChoices', { choices: 60 });
    balancer.update(inputs(4));
    const [idle, ...busy] = balancer.endpoints;
    for (const endpoint of busy) balancer.begin(endpoint);
    assert.equal(balancer.pick('k'), idle);
  });

  test('refuses to choose between none', () => {
    assert.throws(() => made('powerOfRandomNChoices', { choices: 0 }), {
      code: 'RSRV_BALANCER_OPTION',
      message: /choices must be a whole number from 1, but is 0/,
    });
  });
});

const health = {
  periodMs: 1000,
  minRequests: 10,
  minDropProbability: 0.8,
  maxDropProbability: 0.9,
  maxUnhealthyEndpointsRatio: 1,
};

/** Of two endpoints, the first fails half of its requests in the first period. */
function halfFailing(algorithm: AlgorithmName): Balancer {
  let now = 0;
  const balancer = new Balancer({ now: () => now, random: seeded(7) }, { algorithm, health });
  balancer.update(inputs(2));
  for (let i = 0; i < 40; i++)
    for (const [at, endpoint] of balancer.endpoints.entries()) {
      balancer.begin(endpoint);
      balancer.finish(endpoint, 5, at === 0 && i % 2 === 0);
    }
  now = 1500;
  return balancer;
}

suite('weightedRoundRobin', () => {
  test('gives an endpoint that fails half the time half of the others’ share', () => {
    const shares = [...shareOf(halfFailing('weightedRoundRobin'), 3000).values()];
    assert.ok(Math.abs((shares[0] ?? 0) - 1 / 3) < 0.01, String(shares));
  });

  test('is fair while nothing fails', () => {
    const balancer = made('weightedRoundRobin');
    balancer.update(inputs(5));
    for (const share of shareOf(balancer, 1000).values()) assert.ok(Math.abs(share - 0.2) < 0.005, String(share));
  });
});

suite('leastRequests', () => {
  test('takes the endpoint with the fewest requests under way', () => {
    const balancer = made('leastRequests');
    balancer.update(inputs(3));
    const [a, b, c] = balancer.endpoints;
    assert.ok(a && b && c);
    for (const endpoint of [a, a, b, c, c]) balancer.begin(endpoint);
    assert.equal(balancer.pick('k'), b);
  });

  test('counts a request to an endpoint that fails half the time twice', () => {
    const balancer = halfFailing('leastRequests');
    const [failing, well] = balancer.endpoints;
    assert.ok(failing && well);
    for (const endpoint of [failing, failing, well, well, well]) balancer.begin(endpoint);
    assert.equal(balancer.pick('k'), well);
  });

  test('shares ties out evenly', () => {
    const balancer = made('leastRequests');
    balancer.update(inputs(5));
    for (const share of shareOf(balancer, 1000).values()) assert.ok(Math.abs(share - 0.2) < 0.005, String(share));
  });
});

test('an algorithm that Skipper does not have is refused with the names of those it has', () => {
  const name = 'fastest' as AlgorithmName;
  assert.throws(() => made(name), {
    code: 'RSRV_BALANCER_OPTION',
    message: /algorithm must be one of consistentHash, roundRobin.*but is fastest/,
  });
});
