import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { seeded } from '../../test/support/seeded.ts';
import { Balancer } from './balancer.ts';
import { algorithmNames } from './types.ts';
import type { BalancerOptions, Endpoint, EndpointInput, Explanation, WalkStep } from './types.ts';

const zones = ['a', 'b', 'c'] as const;
const inputs = (numbers: readonly number[]): readonly EndpointInput[] =>
  numbers.map((n) => ({ address: `http://10.2.0.${n}:8080`, zone: zones[n % 3] ?? 'a' }));

/** What happens between picks. `at` is taken modulo the endpoints there are. */
type Step =
  | { readonly do: 'update'; readonly numbers: readonly number[] }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'begin'; readonly at: number; readonly times: number }
  | { readonly do: 'finish'; readonly at: number; readonly ms: number; readonly failed: boolean }
  | { readonly do: 'pick'; readonly key: string; readonly tried: readonly number[] };

const numbers = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 16 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('update' as const), numbers }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: -2_000, max: 20_000 }) }),
  fc.record({ do: fc.constant('begin' as const), at: fc.nat(30), times: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    do: fc.constant('finish' as const),
    at: fc.nat(30),
    ms: fc.integer({ min: 1, max: 400 }),
    failed: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('pick' as const),
    key: fc.oneof(fc.constantFrom('hot', 'warm'), fc.string()),
    tried: fc.array(fc.nat(30), { maxLength: 3 }),
  }),
);

const fadeIns = [undefined, { mode: 'skipper' }, { mode: 'n-ring' }] as const;
const bounds = [undefined, { load: 'inflight' }, { load: 'occupancy' }] as const;
const zoneModes = [undefined, { own: 'a', mode: 'skipper' }, { own: 'a', mode: 'latency' }] as const;
const health = {
  ...{ periodMs: 1_000, minRequests: 0, minDropProbability: 0.1, maxDropProbability: 0.9 },
  maxUnhealthyEndpointsRatio: 0.9,
};
const optionSets: fc.Arbitrary<BalancerOptions> = fc
  .record({
    algorithm: fc.constantFrom(...algorithmNames, 'consistentHash' as const, 'consistentHash' as const),
    fadeIn: fc.constantFrom(...fadeIns),
    boundedLoad: fc.constantFrom(...bounds),
    zone: fc.constantFrom(...zoneModes),
    health: fc.constantFrom(undefined, health),
  })
  // Options are left out, not undefined.
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

/** Two balancers to which the same happens: one picks, the other explains. */
class Twins {
  readonly options: BalancerOptions;
  readonly picking: Balancer;
  readonly explaining: Balancer;
  now = 0;

  constructor(options: BalancerOptions, seed: number) {
    this.options = options;
    const made = (): Balancer => new Balancer({ now: () => this.now, random: seeded(seed) }, options);
    this.picking = made();
    this.explaining = made();
  }

  act(action: Step): void {
    if (action.do === 'wait') this.now += action.ms;
    else if (action.do === 'pick') this.#compare(action.key, action.tried);
    else for (const balancer of [this.picking, this.explaining]) this.#tell(balancer, action);
  }

  #tell(balancer: Balancer, action: Exclude<Step, { readonly do: 'wait' | 'pick' }>): void {
    if (action.do === 'update') {
      balancer.update(inputs(action.numbers));
      return;
    }
    const endpoint = balancer.endpoints[action.at % balancer.endpoints.length];
    if (endpoint === undefined) return;
    if (action.do === 'begin') for (let i = 0; i < action.times; i++) balancer.begin(endpoint);
    else balancer.finish(endpoint, action.ms, action.failed);
  }

  #compare(key: string, triedAt: readonly number[]): void {
    const triedOf = ({ endpoints }: Balancer): readonly Endpoint[] => endpoints.filter((_, i) => triedAt.includes(i));
    const picked = this.picking.pick(key, 'utf8', triedOf(this.picking));
    const report = { ...this.picking.lastPick() };
    const tried = triedOf(this.explaining);
    const explanation = this.explaining.explain(key, 'utf8', tried);
    assert.equal(explanation.picked.address, picked.address, 'explain and pick agree');
    assert.equal(explanation.walk.at(-1)?.endpoint, explanation.picked);
    if ((this.options.algorithm ?? 'consistentHash') !== 'consistentHash') return;
    this.#checkWalk(key, explanation, tried);
    // After a full circle of busy endpoints the owner has the key, and is in the walk twice.
    const ofOwner = explanation.picked === explanation.owner ? 'owner' : explanation.walk[0]?.skipped;
    assert.equal(report.outcome, ofOwner, 'the report says what became of the owner');
  }

  #checkWalk(key: string, { owner, walk, loadLimit, picked }: Explanation, tried: readonly Endpoint[]): void {
    const bare = new Balancer({ now: () => 0, random: () => 0 });
    bare.update(this.explaining.endpoints);
    const inRingOrder: Endpoint[] = [];
    for (let i = 0; i < bare.endpoints.length; i++) inRingOrder.push(bare.pick(key, 'utf8', inRingOrder));
    const addresses = (endpoints: readonly EndpointInput[]): readonly string[] => endpoints.map((one) => one.address);
    assert.equal(owner?.address, inRingOrder[0]?.address, 'the owner is that of the whole ring');
    const passed = walk.slice(0, -1);
    assert.deepEqual(
      addresses(passed.map(({ endpoint }) => endpoint)),
      addresses(inRingOrder.slice(0, passed.length)),
      'the walk goes along the ring',
    );
    assert.equal(walk.at(-1)?.skipped, undefined);
    if (passed.length === 0) assert.equal(picked, owner);
    for (const one of passed) this.#checkReason(one, loadLimit, tried);
  }

  #checkReason({ endpoint, load, skipped }: WalkStep, limit: number | undefined, tried: readonly Endpoint[]): void {
    const { fadeIn, health, zone } = this.options;
    assert.notEqual(skipped, undefined);
    assert.equal(skipped === 'tried', tried.includes(endpoint) && tried.length < this.explaining.endpoints.length);
    if (skipped === 'otherZone') assert.notEqual(endpoint.zone, 'a');
    // With zones by latency each zone has a limit of its own.
    if (skipped === 'overloaded' && zone?.mode !== 'latency') assert.ok(load > (limit ?? Infinity));
    if (skipped === 'fading') assert.notEqual(fadeIn, undefined);
    if (skipped === 'unhealthy') assert.notEqual(health, undefined);
  }
}

suite('what explain says', () => {
  test('calls an endpoint fading that had not warmed up when the fading owner came', () => {
    let now = 0;
    const balancer = new Balancer({ now: () => now, random: () => 0 }, { fadeIn: { mode: 'n-ring' } });
    for (const [at, all] of [
      [0, [19]],
      [1, [19, 0]],
      [30_000, [19, 0, 9]],
    ] as const) {
      now = at;
      balancer.update(inputs(all));
    }
    now = 30_001;
    const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);
    const walks = keys.map((key) =>
      balancer.explain(key).walk.map(({ endpoint, skipped }) => [endpoint.address, skipped]),
    );
    const [early, late, settled] = [0, 9, 19].map((n) => `http://10.2.0.${n}:8080`);
    const byBoth = walks.filter((walk) => walk.length === 3 && walk[0]?.[0] === late);
    assert.ok(byBoth.length > 0);
    for (const walk of byBoth)
      assert.deepEqual(walk, [
        [late, 'fading'],
        [early, 'fading'],
        [settled, undefined],
      ]);
  });

  test('is what pick does, by any algorithm, with any options, whatever happened before', () => {
    fc.assert(
      fc.property(optionSets, fc.nat(), numbers, fc.array(step, { maxLength: 40 }), (options, seed, first, steps) => {
        const twins = new Twins(options, seed);
        twins.act({ do: 'update', numbers: first });
        for (const action of steps) twins.act(action);
      }),
      { numRuns: 400 },
    );
  });
});
