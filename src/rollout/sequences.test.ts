/** Random wishes, faults and crashes against a small model of Kubernetes: the end is always the desired world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { directPollers, maxDirectPollers, newModel, pass, timePasses, type Model } from './model.test-support.ts';

type Event =
  | { readonly kind: 'wish'; readonly wish: Model['wish'] }
  | { readonly kind: 'tiers'; readonly tiers: Model['tiers'] }
  | { readonly kind: 'tier'; readonly tier: Model['tier'] }
  | { readonly kind: 'pass'; readonly writes: number }
  | { readonly kind: 'time' }
  | { readonly kind: 'while'; readonly turns: number }
  | { readonly kind: 'verdict'; readonly verdict: Model['verdict'] }
  | { readonly kind: 'stale'; readonly isStale: boolean }
  | { readonly kind: 'scale'; readonly replicas: number }
  | { readonly kind: 'template' | 'image' | 'overwrite' | 'routeServerFails' | 'delete' };

const wishes = fc.record({
  mode: fc.constantFrom('False' as const, 'Pre' as const, 'Exec' as const, 'Exec' as const),
  percentage: fc.constantFrom(0, 1, 10, 30, 50, 60, 80, 95, 100),
  suspended: fc.boolean(),
});
const entries = fc.record(
  { mode: fc.constantFrom('False' as const, 'Pre' as const, 'Exec' as const), rolloutPercentage: fc.nat(100) },
  { requiredKeys: [] },
);
const entryOf = (name: string) => entries.map((entry) => ({ name, ...entry }));
/** Only one of the tiers that a cluster may have is sure to have an entry. */
const tierLists = fc.oneof(fc.tuple(entryOf('test')), fc.tuple(entryOf('production'), entryOf('test')));
const tiers = fc.constantFrom(undefined, 'test', 'production');
const verdicts = fc.constantFrom('InSync' as const, 'OutOfSync' as const, 'Inconclusive' as const);
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: wishes.map((wish): Event => ({ kind: 'wish', wish })) },
  { weight: 1, arbitrary: tierLists.map((list): Event => ({ kind: 'tiers', tiers: list })) },
  { weight: 1, arbitrary: tiers.map((tier): Event => ({ kind: 'tier', tier })) },
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 8 }).map((writes): Event => ({ kind: 'pass', writes })) },
  { weight: 9, arbitrary: fc.constant<Event>({ kind: 'time' }) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 25 }).map((turns): Event => ({ kind: 'while', turns })) },
  { weight: 1, arbitrary: verdicts.map((verdict): Event => ({ kind: 'verdict', verdict })) },
  { weight: 2, arbitrary: fc.boolean().map((isStale): Event => ({ kind: 'stale', isStale })) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }).map((replicas): Event => ({ kind: 'scale', replicas })) },
  ...(['template', 'image', 'overwrite', 'routeServerFails', 'delete'] as const).map((kind) => ({
    weight: 1,
    arbitrary: fc.constant<Event>({ kind }),
  })),
);

const happenings: { readonly [K in Event['kind']]: (model: Model, event: Event & { readonly kind: K }) => void } = {
  wish: (model, { wish }) => {
    if (model.deleting) return;
    model.wish = wish;
    model.generation += 1;
  },
  tiers: (model, { tiers: list }) => {
    if (model.deleting) return;
    model.tiers = list;
    model.generation += 1;
  },
  // The operator is started anew with another flag; the object stays as it is.
  tier: (model, { tier }) => {
    model.tier = tier;
  },
  pass: (model, { writes }) => {
    pass(model, writes);
  },
  time: timePasses,
  while: (model, { turns }) => {
    for (let turn = 0; turn < turns; turn += 1) {
      pass(model);
      timePasses(model);
    }
  },
  verdict: (model, { verdict }) => {
    model.verdict = verdict;
  },
  stale: (model, { isStale }) => {
    model.isStale = isStale;
  },
  scale: (model, { replicas }) => {
    model.primary.replicas = replicas;
  },
  template: (model) => {
    model.template += 1;
  },
  image: (model) => {
    if (model.routeServer === 'answering') model.routeServer = 'updating';
  },
  // A GitOps tool puts the owner's args back and leaves our annotation.
  overwrite: (model) => {
    model.primary.source = 'direct';
  },
  routeServerFails: (model) => {
    if (model.routeServer !== 'absent') model.routeServer = 'broken';
  },
  delete: (model) => {
    model.deleting = true;
  },
};

function happen(model: Model, event: Event): void {
  // The table has the right entry for each kind; the compiler does not follow that through an index.
  (happenings[event.kind] as (model: Model, event: Event) => void)(model, event);
}

/** Faults end, then a person lifts what was suspended or fell back, and nothing more happens. */
function settle(model: Model): void {
  model.verdict = 'InSync';
  model.isStale = false;
  if (model.routeServer === 'broken') model.routeServer = 'starting';
  // Lifted before it answers again, a fallback that falls due in the next pass would be a new one.
  timePasses(model);
  model.wish = { ...model.wish, suspended: false };
  model.generation += 1;
  model.remembered = { ...model.remembered, rewirings: 0 };
  for (let round = 0; round < 120; round += 1) {
    pass(model);
    timePasses(model);
  }
}

/** What is asked for in this cluster: its tier's entry goes before the top level, field by field. */
function asked({ wish, tiers: list, tier }: Model): Pick<Model['wish'], 'mode' | 'percentage'> {
  const entry = list.find(({ name }) => name === tier);
  return { mode: entry?.mode ?? wish.mode, percentage: entry?.rolloutPercentage ?? wish.percentage };
}

/** The oracle: what the world must look like when nothing more happens. */
function desired(model: Model) {
  const { deleting } = model;
  const { mode, percentage } = asked(model);
  const off = deleting || mode === 'False';
  const share = off || mode === 'Pre' ? 0 : percentage;
  const isMostlyFed = share > 50;
  // Of a small fleet all Skippers are moved before the last step: nobody but the direct sentinel polls then.
  const nobodyPolls = isMostlyFed && Math.floor((model.primary.replicas * (100 - share)) / share) === 0;
  return {
    ...{ share, routeServer: off ? 'absent' : 'answering', finalizer: !deleting },
    ...{ source: isMostlyFed ? 'routeServer' : 'direct', isRecorded: isMostlyFed },
    ...{ hasFed: share > 0 && !isMostlyFed, hasDirect: isMostlyFed && share < 100 },
    ...{ fedSentinel: !off && !nobodyPolls, directSentinel: nobodyPolls },
  };
}

function assertDesired(model: Model): void {
  const { primary, fed, direct, template } = model;
  const { share, ...wanted } = desired(model);
  const { routeServer, finalizer, isRecorded, fedSentinel, directSentinel } = model;
  const [hasFed, hasDirect] = [fed !== undefined, direct !== undefined];
  const sentinels = { fedSentinel, directSentinel };
  const there = { routeServer, finalizer, source: primary.source, isRecorded, hasFed, hasDirect, ...sentinels };
  assert.deepEqual(there, wanted);
  assert.equal(primary.pods.length, primary.replicas);
  const pods = [primary, fed, direct].flatMap((deployment) => deployment?.pods ?? []);
  for (const pod of pods) assert.equal(pod.template, template, 'a Skipper of an older template is left');
  assertShare(share, pods.filter(({ source }) => source === 'routeServer').length, pods.length);
}

/** At least the share that is wished, and by no pod more than that needs: a companion of one fewer, or more, misses it. */
function assertShare(percent: number, moved: number, total: number): void {
  if (percent === 0 || percent === 100 || total === 0) return;
  assert.ok(moved * 100 >= percent * total, `${moved} of ${total} is less than ${percent} %`);
  const [movedNext, totalNext] = percent <= 50 ? [moved - 1, total - 1] : [moved, total + 1];
  assert.ok(movedNext * 100 < percent * totalNext, `${moved} of ${total} is more than ${percent} % needs`);
}

test('any sequence of wishes, crashes and faults ends in the desired world, and never cuts a Skipper off', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 60 }), (sequence) => {
      const model = newModel();
      for (const event of sequence) happen(model, event);
      settle(model);
      assertDesired(model);
    }),
    { numRuns: 1_500 },
  );
});

test('an operator that is killed at every write gets to the same end', () => {
  fc.assert(
    fc.property(fc.array(wishes, { minLength: 1, maxLength: 4 }), (wished) => {
      const model = newModel();
      for (const wish of wished) {
        happen(model, { kind: 'wish', wish });
        for (let writes = 0; writes < 40; writes += 1) {
          pass(model, writes % 7);
          timePasses(model);
        }
      }
      settle(model);
      assertDesired(model);
    }),
    { numRuns: 300 },
  );
});

test('a fallback from any share stays within the budget at every write, and ends where it is acknowledged', () => {
  const shares = fc.record({
    percentage: fc.integer({ min: 1, max: 100 }),
    replicas: fc.integer({ min: 1, max: 9 }),
    fault: fc.constantFrom('broken', 'OutOfSync'),
  });
  fc.assert(
    fc.property(shares, fc.array(fc.nat(8), { maxLength: 20 }), ({ percentage, replicas, fault }, deaths) => {
      const model = newModel();
      model.primary.replicas = replicas;
      model.wish = { mode: 'Exec', percentage, suspended: false };
      settle(model);
      const before = directPollers(model);
      if (fault === 'broken') model.routeServer = 'broken';
      else model.verdict = 'OutOfSync';
      for (const writes of [...deaths, ...Array<number>(40).fill(Infinity)]) {
        pass(model, writes);
        timePasses(model);
      }
      const { phase, summary, fallback } = pass(model);
      const rest = replicas > maxDirectPollers && percentage > 50 ? 'FallbackBudgetExceeded' : 'FallenBack';
      assert.deepEqual([phase, summary.reason, summary.stalled, fallback.active], ['FallenBack', rest, true, true]);
      assert.ok(directPollers(model) <= Math.max(maxDirectPollers, before));
      settle(model);
      assertDesired(model);
    }),
    { numRuns: 300 },
  );
});

test('stale data moves no Skipper either way, until it is current again or fewer are asked for', () => {
  const percentages = fc.constantFrom(0, 10, 50, 80, 95);
  fc.assert(
    fc.property(percentages, fc.constantFrom(0, 10, 30, 60, 100), fc.nat(30), (from, to, turns) => {
      const model = newModel();
      model.wish = { mode: 'Exec', percentage: from, suspended: false };
      settle(model);
      model.isStale = true;
      happen(model, { kind: 'wish', wish: { ...model.wish, percentage: Math.max(from, to) } });
      happen(model, { kind: 'while', turns });
      const { summary, step } = pass(model);
      assert.deepEqual([step, summary.ready], [from, 'False']);
      assert.equal(summary.reason, 'FreshnessExceeded');
      // Down needs no evidence.
      happen(model, { kind: 'wish', wish: { ...model.wish, percentage: Math.min(from, to) } });
      happen(model, { kind: 'while', turns: 60 });
      assert.equal(pass(model).step, Math.min(from, to));
      settle(model);
      assertDesired(model);
    }),
    { numRuns: 300 },
  );
});

test('a settled world is left alone: the same decision again and again', () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const model = { ...newModel(), wish };
      settle(model);
      const before = structuredClone(model);
      pass(model);
      assert.deepEqual(model, before);
    }),
  );
});
