import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { Balancer } from './balancer.ts';
import type { BalancerOptions, Endpoint, EndpointInput } from './types.ts';

const inputs = (count: number, from = 0): readonly EndpointInput[] =>
  Array.from({ length: count }, (_, i) => ({ address: `http://10.2.0.${from + i}:8080`, pod: `pod-${from + i}` }));
const keys = Array.from({ length: 500 }, (_, i) => `product-${i}`);

function made(count: number, options: BalancerOptions = {}): Balancer {
  const balancer = new Balancer({ now: () => 0, random: () => 0.5 }, options);
  balancer.update(inputs(count));
  return balancer;
}
const addresses = (balancer: Balancer): readonly string[] => balancer.pickMany(keys).map(({ address }) => address);

suite('an update', () => {
  test('tells what came and what went', () => {
    const { added, removed, keptLast } = made(3).update(inputs(3, 1));
    assert.deepEqual(
      [added.map(({ pod }) => pod), removed.map(({ pod }) => pod), keptLast],
      [['pod-3'], ['pod-0'], false],
    );
  });

  test('with the same endpoints changes nothing', () => {
    const balancer = made(3);
    const { version } = balancer.snapshot();
    const before = balancer.endpoints;
    balancer.update(inputs(3));
    assert.equal(balancer.endpoints, before);
    assert.equal(balancer.snapshot().version, version);
  });

  test('keeps the objects of endpoints that stay', () => {
    const balancer = made(3);
    const [, second] = balancer.endpoints;
    balancer.update(inputs(3, 1));
    assert.equal(balancer.endpoints[0], second);
  });

  test('hands out a new object when the pod behind an address is another', () => {
    const balancer = made(2);
    const [first] = balancer.endpoints;
    balancer.update([{ address: 'http://10.2.0.0:8080', pod: 'other' }, ...inputs(1, 1)]);
    assert.deepEqual(balancer.endpoints[0], { ...first, pod: 'other' });
  });

  test('without endpoints keeps the last good ones', () => {
    const balancer = made(3);
    assert.deepEqual(balancer.update([]), { added: [], removed: [], keptLast: true });
    assert.equal(balancer.endpoints.length, 3);
  });

  test('drops duplicates', () => {
    const balancer = made(3);
    balancer.update([...inputs(3), ...inputs(2)]);
    assert.equal(balancer.endpoints.length, 3);
  });

  test('leads to the same placement in any order and by any way', () => {
    const some = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 12 });
    const of = (numbers: readonly number[]): readonly EndpointInput[] => numbers.flatMap((n) => inputs(1, n));
    fc.assert(
      fc.property(fc.array(some, { maxLength: 5 }), some, (ways, last) => {
        const travelled = new Balancer({ now: () => 0, random: () => 0 });
        for (const way of [...ways, last]) travelled.update(of(way));
        const fresh = new Balancer({ now: () => 0, random: () => 0 });
        fresh.update(of(last.toReversed()));
        assert.deepEqual(addresses(travelled), addresses(fresh));
      }),
      { numRuns: 40 },
    );
  });

  test('moves no key between endpoints that stay', () => {
    const balancer = made(10);
    const before = addresses(balancer);
    balancer.update(inputs(11));
    for (const [i, address] of addresses(balancer).entries())
      assert.ok(address === before[i] || address === 'http://10.2.0.10:8080');
  });

  test('does not let requests to an endpoint that has gone count for its successor', () => {
    const balancer = made(3);
    const [gone] = balancer.endpoints;
    assert.ok(gone);
    balancer.begin(gone);
    balancer.update(inputs(2, 1));
    balancer.update(inputs(3, 1));
    balancer.finish(gone, 5);
    balancer.update(inputs(4, 1));
    assert.deepEqual(
      balancer.snapshot().endpoints.map(({ inflight }) => inflight),
      [0, 0, 0, 0],
    );
  });
});

suite('a pick', () => {
  test('is the same one by one and in a batch, into a list that is used again', () => {
    const balancer = made(7);
    const list: Endpoint[] = [];
    assert.equal(balancer.pickMany(keys, 'utf8', list), list);
    assert.deepEqual(
      list,
      keys.map((key) => balancer.pick(key)),
    );
    assert.equal(balancer.pickMany(keys.slice(0, 3), 'utf8', list).length, 3);
  });

  test('of header bytes is that of the text which they encode', () => {
    const balancer = made(50);
    for (const key of ['ü', '€😀', 'plain']) {
      const bytes = Buffer.from(key).toString('latin1');
      assert.equal(balancer.pick(bytes, 'latin1'), balancer.pick(key));
    }
  });

  test('after a failure is where the key goes once the endpoint has gone', () => {
    const balancer = made(8);
    const retried = keys.map((key) => balancer.pick(key, 'utf8', [balancer.pick(key)]).address);
    const removed = keys.map((key) => {
      const without = made(8);
      const owner = without.pick(key);
      without.update(inputs(8).filter(({ address }) => address !== owner.address));
      return without.pick(key).address;
    });
    assert.deepEqual(retried, removed);
  });
});

suite('bounded load', () => {
  const bounded: BalancerOptions = { boundedLoad: { load: 'inflight', factor: 1.25 } };

  test('keeps every endpoint below its bound, however hot a key is', () => {
    const balancer = made(10, bounded);
    for (let i = 0; i < 300; i++) balancer.begin(balancer.pick(i % 3 === 0 ? `key-${i}` : 'hot'));
    for (const { inflight } of balancer.snapshot().endpoints)
      assert.ok(inflight <= (300 / 10) * 1.25 + 1, String(inflight));
  });

  test('goes back to the owner when it is idle again', () => {
    const balancer = made(10, bounded);
    const owner = balancer.pick('hot');
    for (let i = 0; i < 20; i++) balancer.begin(owner);
    assert.notEqual(balancer.pick('hot'), owner);
    for (let i = 0; i < 20; i++) balancer.finish(owner, 3);
    assert.equal(balancer.pick('hot'), owner);
  });

  test('needs a factor of at least 1', () => {
    for (const factor of [0.9, Number.NaN, Infinity])
      assert.throws(
        () => made(1, { boundedLoad: { load: 'inflight', factor } }),
        /boundedLoad.factor must be at least 1/,
      );
  });

  test('by occupancy gives up after ten endpoints and takes the least loaded of them', () => {
    const balancer = made(40, { boundedLoad: { load: 'occupancy', factor: 1 } });
    const { walk } = balancer.explain('hot');
    assert.equal(walk.length, 1);
    const order = new Set<Endpoint>();
    for (const tried = order; tried.size < 12;) tried.add(balancer.pick('hot', 'utf8', [...tried]));
    const [first, ...others] = [...order];
    assert.ok(first);
    for (let i = 0; i < 5; i++) balancer.begin(first);
    for (const endpoint of others) for (let i = 0; i < 9; i++) balancer.begin(endpoint);
    const { picked, walk: long } = balancer.explain('hot');
    assert.equal(picked, first);
    assert.deepEqual(
      long.map(({ skipped }) => skipped),
      [...new Array<string>(10).fill('overloaded'), undefined],
    );
  });
});

suite('explaining a pick', () => {
  test('names the owner and what became of it', () => {
    const balancer = made(5, { boundedLoad: { load: 'inflight' } });
    const owner = balancer.pick('192.168.0.1');
    for (let i = 0; i < 8; i++) balancer.begin(owner);
    const { picked, keyHash, kept, loadLimit, walk, ...rest } = balancer.explain('192.168.0.1');
    assert.equal(rest.owner, owner);
    assert.notEqual(picked, owner);
    assert.deepEqual([keyHash, kept, loadLimit], ['87f49df2f9f76384', 5, (9 / 5) * 1.25]);
    assert.deepEqual(walk, [
      { endpoint: owner, load: 8, skipped: 'overloaded' },
      { endpoint: picked, load: 0 },
    ]);
  });

  test('says what was tried', () => {
    const balancer = made(5);
    const owner = balancer.pick('k');
    assert.deepEqual(balancer.explain('k', 'utf8', [owner]).walk[0], { endpoint: owner, load: 0, skipped: 'tried' });
  });
});

suite('the report on the last pick', () => {
  test('knows nothing before it', () => {
    assert.deepEqual({ ...made(2).lastPick() }, { endpoint: undefined, outcome: 'chosen', passed: 0 });
  });

  test('says that the owner has it', () => {
    const balancer = made(5);
    const endpoint = balancer.pick('k');
    balancer.isInPercentage('another key', 5);
    assert.deepEqual({ ...balancer.lastPick() }, { endpoint, outcome: 'owner', passed: 0 });
  });

  test('says why the owner was passed over, and how many others were', () => {
    const balancer = made(5, { boundedLoad: { load: 'inflight' } });
    const owner = balancer.pick('k');
    const second = balancer.pick('k', 'utf8', [owner]);
    assert.deepEqual({ ...balancer.lastPick() }, { endpoint: second, outcome: 'tried', passed: 1 });
    for (const endpoint of [owner, second]) for (let i = 0; i < 9; i++) balancer.begin(endpoint);
    const third = balancer.pick('k');
    const report = balancer.lastPick();
    assert.deepEqual({ ...report }, { endpoint: third, outcome: 'overloaded', passed: 2 });
    balancer.pick('k');
    assert.equal(balancer.lastPick(), report);
  });

  test('is about the last key of a batch, and survives an update in between', () => {
    const balancer = made(5);
    const [, last] = balancer.pickMany(['a', 'b']);
    balancer.update(inputs(2, 50));
    balancer.snapshot();
    assert.equal(balancer.lastPick().endpoint, last);
  });

  test('has no owner to name where keys do not count', () => {
    const balancer = made(5, { algorithm: 'roundRobin' });
    const endpoint = balancer.pick('k');
    assert.deepEqual({ ...balancer.lastPick() }, { endpoint, outcome: 'chosen', passed: 0 });
  });
});

suite('a picture of the ring', () => {
  test('shows shares that add up to 1', () => {
    const { points, endpoints } = made(10).snapshot();
    assert.equal(points, 1000);
    assert.ok(Math.abs(endpoints.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
  });

  test('of nothing is empty', () => {
    assert.deepEqual(new Balancer({ now: () => 0, random: () => 0 }).snapshot(), {
      version: 0,
      points: 0,
      fades: 0,
      endpoints: [],
    });
  });
});

suite('a percentage of keys', () => {
  test('is stable, grows by more of the same, and is as large as it says', () => {
    const balancer = made(1);
    const many = Array.from({ length: 20_000 }, (_, i) => `k${i}`);
    const within = (percentage: number): Set<string> =>
      new Set(many.filter((key) => balancer.isInPercentage(key, percentage)));
    const [none, some, more, all] = [within(0), within(10), within(30), within(100)];
    assert.deepEqual([none.size, all.size], [0, many.length]);
    assert.ok([...some].every((key) => more.has(key)));
    assert.ok(Math.abs(some.size / many.length - 0.1) < 0.01, String(some.size));
  });
});
