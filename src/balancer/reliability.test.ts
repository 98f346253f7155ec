import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { seeded } from '../../test/support/seeded.ts';
import { Balancer } from './balancer.ts';
import { algorithmNames } from './types.ts';
import type { AlgorithmName, BalancerOptions, Endpoint, EndpointInput } from './types.ts';

const input = (i: number): EndpointInput => ({
  address: `http://10.2.${i >> 8}.${i & 255}:8080`,
  zone: `zone-${i % 3}`,
});
const inputs = (count: number, from = 0): readonly EndpointInput[] =>
  Array.from({ length: count }, (_, i) => input(from + i));
const everything: BalancerOptions = {
  fadeIn: { mode: 'n-ring' },
  boundedLoad: { load: 'occupancy' },
  zone: { own: 'zone-0', mode: 'latency' },
  health: {
    periodMs: 60_000,
    minRequests: 5,
    minDropProbability: 0.1,
    maxDropProbability: 0.9,
    maxUnhealthyEndpointsRatio: 0.5,
  },
};

/** One balancer through a day: pods come and go, half of them fail for an hour, some requests take forever. */
class Day {
  readonly #random = seeded(24);
  readonly #open: Endpoint[] = [];
  readonly balancer: Balancer;
  #now = 0;

  constructor(algorithm: AlgorithmName) {
    this.balancer = new Balancer({ now: () => this.#now, random: this.#random }, { ...everything, algorithm });
    this.balancer.update(inputs(12));
  }

  /** Ten seconds, or an hour back. */
  step(number: number): void {
    const random = this.#random;
    this.#now += random() < 0.002 ? -3_600_000 : 10_000;
    if (random() < 0.05) this.balancer.update(inputs(Math.floor(random() * 20), Math.floor(random() * 5)));
    for (let n = 0; n < 3; n++) this.#request(number % 720 < 360);
    if (number % 500 === 0) this.endAll();
  }

  endAll(): void {
    for (const endpoint of this.#open.splice(0)) this.balancer.finish(endpoint, 1e6, true);
  }

  #request(isHalfDead: boolean): void {
    const random = this.#random;
    const key = `key-${Math.floor(random() * 500)}`;
    const endpoint = this.balancer.pick(key, 'utf8', this.#open.slice(0, 2));
    assert.ok(this.balancer.endpoints.includes(endpoint));
    this.balancer.begin(endpoint);
    if (random() < 0.01) this.#open.push(endpoint);
    else this.balancer.finish(endpoint, random() * 100, isHalfDead && endpoint.slot % 2 === 0);
  }
}

suite('a day of virtual time, with a clock that jumps back now and then', () => {
  for (const algorithm of algorithmNames) {
    test(`always has an answer that is in use, and no load that is forgotten, by ${algorithm}`, () => {
      const day = new Day(algorithm);
      for (let step = 0; step < 8640; step++) day.step(step);
      day.endAll();
      for (const { inflight, load } of day.balancer.snapshot().endpoints)
        assert.ok(inflight === 0 && load >= 0 && Number.isFinite(load), `${inflight}, ${load}`);
    });
  }
});

suite('odd endpoints', () => {
  test('ten thousand of them have a ring, an answer and a picture', () => {
    const balancer = new Balancer({ now: () => 0, random: () => 0 });
    balancer.update(inputs(10_000));
    balancer.update(inputs(9_999, 1));
    assert.equal(balancer.snapshot().points, 999_900);
    assert.notEqual(balancer.pick('k').address, input(0).address);
  });

  test('DNS names, IPv6 and duplicates are what they are spelled as', () => {
    const addresses = ['http://a.search.svc:80', 'http://[2a05:d014::1]:80', 'https://a.search.svc:80'];
    const balancer = new Balancer({ now: () => 0, random: () => 0 });
    balancer.update([...addresses, ...addresses].map((address) => ({ address })));
    assert.deepEqual(
      balancer.endpoints.map(({ address }) => address),
      addresses,
    );
  });

  test('are all used when all of them fail', () => {
    let now = 0;
    const balancer = new Balancer({ now: () => now, random: seeded(1) }, everything);
    balancer.update(inputs(9));
    for (const endpoint of balancer.endpoints)
      for (let i = 0; i < 50; i++) {
        balancer.begin(endpoint);
        balancer.finish(endpoint, 5, true);
      }
    now = 61_000;
    const used = new Set(Array.from({ length: 2000 }, (_, i) => balancer.pick(`key-${i}`)));
    assert.equal(used.size, 9);
  });
});
