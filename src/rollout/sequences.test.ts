/** Random wishes, faults and crashes against a small model of Kubernetes: the end is always the desired world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aWorld, T0 } from './builder.test-support.ts';
import { decide } from './decide.ts';
import type { Intents } from './decision.ts';
import type { Observation, Wish } from './observation.ts';

type Source = 'direct' | 'routeServer';

/** What is really there. Pods follow the Deployment one at a time, as with maxUnavailable 0. */
interface Model {
  wish: Pick<Wish, 'mode' | 'percentage' | 'suspended'>;
  deleting: boolean;
  finalizer: boolean;
  routeServer: 'absent' | 'starting' | 'answering';
  fed: boolean;
  direct: boolean;
  template: Source;
  pods: Source[];
  effectiveMode: Observation['remembered']['effectiveMode'];
  nowMs: number;
}

type Event =
  | { readonly kind: 'wish'; readonly wish: Model['wish'] }
  | { readonly kind: 'pass'; readonly writes: number }
  | { readonly kind: 'time' }
  | { readonly kind: 'routeServerFails' }
  | { readonly kind: 'delete' };

const wishes = fc.record({
  mode: fc.constantFrom('False' as const, 'Pre' as const, 'Exec' as const),
  percentage: fc.constantFrom(0, 50, 100),
  suspended: fc.boolean(),
});
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 2, arbitrary: wishes.map((wish): Event => ({ kind: 'wish', wish })) },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }).map((writes): Event => ({ kind: 'pass', writes })) },
  { weight: 6, arbitrary: fc.constant<Event>({ kind: 'time' }) },
  { weight: 1, arbitrary: fc.constant<Event>({ kind: 'routeServerFails' }) },
  { weight: 1, arbitrary: fc.constant<Event>({ kind: 'delete' }) },
);

function newModel(): Model {
  return {
    wish: { mode: 'False', percentage: 100, suspended: false },
    deleting: false,
    finalizer: true,
    routeServer: 'absent',
    fed: false,
    direct: false,
    template: 'direct',
    pods: ['direct', 'direct', 'direct'],
    effectiveMode: 'False',
    nowMs: T0,
  };
}

function observe(model: Model): Observation {
  const answers = model.routeServer === 'answering';
  const count = (source: Source): number => model.pods.filter((pod) => pod === source).length;
  return aWorld()
    .with({ deleting: model.deleting })
    .wishing(model.wish)
    .remembering({ effectiveMode: model.effectiveMode })
    .fleet({
      wiring: model.template === 'direct' ? 'Direct' : 'RouteServer',
      rolledOut: count(model.template) === model.pods.length,
      pods: { total: model.pods.length, direct: count('direct'), routeServer: count('routeServer') },
    })
    .routeServer({ present: model.routeServer !== 'absent', rolledOut: answers, answers })
    .sentinels({
      fed: { present: model.fed, ready: model.fed && answers },
      direct: { present: model.direct, ready: model.direct },
    })
    .shadow('InSync', T0 - 3_600_000).seen;
}

/** The writes of one pass in their order; a crash leaves out the last ones. */
function writesOf(intents: Intents): ((model: Model) => void)[] {
  const presence = (wanted: Intents['fedSentinel'], set: (model: Model, present: boolean) => void) =>
    wanted === 'AsIs'
      ? []
      : [
          (model: Model) => {
            set(model, wanted === 'Present');
          },
        ];
  const wiring = intents.skipperWiring;
  const forward = [
    ...(intents.routeServer === 'Present' ? [startRouteServer] : []),
    ...presence(intents.fedSentinel, (model, present) => {
      model.fed = present;
    }),
    ...presence(intents.directSentinel, (model, present) => {
      model.direct = present;
    }),
    ...(wiring === 'AsIs'
      ? []
      : [
          (model: Model) => {
            wire(model, wiring === 'Direct' ? 'direct' : 'routeServer');
          },
        ]),
    ...(intents.routeServer === 'Absent' ? [removeRouteServer] : []),
    ...(intents.finalizer === 'Absent'
      ? [
          (model: Model) => {
            model.finalizer = false;
          },
        ]
      : []),
  ];
  return forward;
}

function startRouteServer(model: Model): void {
  if (model.routeServer === 'absent') model.routeServer = 'starting';
}

function removeRouteServer(model: Model): void {
  assert.ok(!model.pods.includes('routeServer'), 'the route server was removed under a Skipper that reads from it');
  assert.equal(model.template, 'direct', 'the route server was removed while new Skippers would read from it');
  model.routeServer = 'absent';
}

function wire(model: Model, source: Source): void {
  if (source === 'routeServer' && model.template === 'direct') {
    assert.equal(model.routeServer, 'answering', 'Skippers were wired to a route server that does not answer');
  }
  model.template = source;
}

/** One pass of the operator that is killed after `limit` writes. */
function pass(model: Model, limit: number): void {
  const decision = decide(observe(model), model.nowMs);
  for (const write of writesOf(decision.intents).slice(0, limit)) write(model);
  model.effectiveMode = decision.effectiveMode;
}

/** Kubernetes' own controllers move on a little. */
function timePasses(model: Model): void {
  model.nowMs += 1_000;
  if (model.routeServer === 'starting') model.routeServer = 'answering';
  const stale = model.pods.findIndex((pod) => pod !== model.template);
  const canStart = model.template === 'direct' || model.routeServer === 'answering';
  if (stale >= 0 && canStart) model.pods[stale] = model.template;
}

function happen(model: Model, event: Event): void {
  switch (event.kind) {
    case 'wish':
      if (!model.deleting) model.wish = event.wish;
      return;
    case 'pass':
      pass(model, event.writes);
      return;
    case 'time':
      timePasses(model);
      return;
    case 'routeServerFails':
      if (model.routeServer === 'answering') model.routeServer = 'starting';
      return;
    case 'delete':
      model.deleting = true;
  }
}

/** The oracle: what the world must look like when nothing more happens. */
function desired({ wish, deleting }: Model) {
  const off = deleting || wish.mode === 'False';
  const moved = !off && wish.mode === 'Exec' && wish.percentage === 100;
  const source: Source = moved ? 'routeServer' : 'direct';
  return {
    routeServer: off ? 'absent' : 'answering',
    fed: !off && !moved,
    direct: moved,
    template: source,
    pods: [source, source, source],
    finalizer: !deleting,
  };
}

function settle(model: Model): void {
  model.wish = { ...model.wish, suspended: false };
  for (let round = 0; round < 30; round += 1) {
    pass(model, Number.POSITIVE_INFINITY);
    timePasses(model);
  }
}

test('any sequence of wishes, crashes and faults ends in the desired world, and never cuts a Skipper off', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 40 }), (sequence) => {
      const model = newModel();
      for (const event of sequence) happen(model, event);
      settle(model);
      const { routeServer, fed, direct, template, pods, finalizer } = model;
      assert.deepEqual({ routeServer, fed, direct, template, pods, finalizer }, desired(model));
    }),
    { numRuns: 2_000 },
  );
});

test('a settled world is left alone: the same decision again and again', () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const model = { ...newModel(), wish };
      settle(model);
      const before = structuredClone(model);
      pass(model, Number.POSITIVE_INFINITY);
      assert.deepEqual(model, before);
    }),
  );
});
