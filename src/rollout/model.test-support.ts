/**
 * A small model of Kubernetes for random sequences: Deployments whose pods follow their template one at a time, as with
 * maxUnavailable 0, a route server that comes, fails and is updated, and the writes of a pass, each with what it must
 * never do.
 */
import { resolveTier, type RouteServerConfigSpec } from '../api/index.ts';
import { aWorld, T0 } from './builder.test-support.ts';
import { decide } from './decide.ts';
import type { CompanionIntent, Decision, Presence } from './decision.ts';
import { standingStep } from './layout.ts';
import type { CompanionSeen, Observation, PodCounts, Remembered, ShadowSeen, Wish } from './observation.ts';

type Source = 'direct' | 'routeServer';
interface Pod {
  readonly source: Source;
  readonly template: number;
}
interface Deployment {
  replicas: number;
  source: Source;
  pods: readonly Pod[];
}
interface Companion extends Deployment {
  step: number;
  /** The owner's template that it was cloned from. */
  template: number;
}

/** Ends the sequence when a write does what none may do. */
function mustBe(isSo: boolean, violation: string): void {
  if (!isSo) throw new Error(violation);
}

/** What is really there. */
export interface Model {
  /** The top level of the spec. */
  wish: Pick<Wish, 'mode' | 'percentage' | 'suspended'>;
  /** `spec.tiers`. */
  tiers: RouteServerConfigSpec['tiers'];
  /** The cluster's tier, as the operator that runs was told. */
  tier: string | undefined;
  generation: number;
  deleting: boolean;
  finalizer: boolean;
  /** `broken` stays so until it is repaired. */
  routeServer: 'absent' | 'starting' | 'answering' | 'updating' | 'broken';
  /** Its data is older than the budget, and it says so. */
  isStale: boolean;
  fedSentinel: boolean;
  directSentinel: boolean;
  primary: Deployment;
  /** The owner's template of the fleet, by its number. */
  template: number;
  /** The operator has recorded the owner's args. */
  isRecorded: boolean;
  fed: Companion | undefined;
  direct: Companion | undefined;
  verdict: ShadowSeen['verdict'];
  remembered: Remembered;
  nowMs: number;
}

const steps = [10, 50, 80, 100];
export const maxDirectPollers = 5;
const tickMs = 1_000;

export function newModel(): Model {
  const pods = [1, 2, 3, 4].map((): Pod => ({ source: 'direct', template: 1 }));
  return {
    ...{ wish: { mode: 'False', percentage: 100, suspended: false }, generation: 1, deleting: false, finalizer: true },
    ...{ tiers: [], tier: undefined },
    ...{
      routeServer: 'absent',
      isStale: false,
      fedSentinel: false,
      directSentinel: false,
      fed: undefined,
      direct: undefined,
    },
    ...{ primary: { replicas: 4, source: 'direct', pods }, template: 1, isRecorded: false, verdict: 'InSync' },
    remembered: aWorld().seen.remembered,
    nowMs: T0,
  };
}

const answers = ({ routeServer }: Model): boolean => routeServer === 'answering' || routeServer === 'updating';

function counts(pods: readonly Pod[]): PodCounts {
  const of = (source: Source): number => pods.filter((pod) => pod.source === source).length;
  return { total: pods.length, direct: of('direct'), routeServer: of('routeServer') };
}

const isRolledOut = ({ replicas, source, pods }: Deployment, template: number): boolean =>
  pods.length === replicas && pods.every((pod) => pod.source === source && pod.template === template);

function companionSeen(companion: Companion | undefined, template: number): CompanionSeen | undefined {
  if (companion === undefined) return undefined;
  const { replicas, pods, step } = companion;
  const rolledOut = companion.template === template && isRolledOut(companion, template);
  return {
    replicas,
    step,
    rolledOut,
    ready: pods.length,
    pods: counts(pods),
    unschedulable: undefined,
    broken: undefined,
  };
}

/** What the spec comes to in this cluster. */
function resolved({ wish, tiers, tier }: Model): Pick<Wish, 'mode' | 'percentage'> {
  const { mode, rolloutPercentage } = resolveTier({ ...wish, rolloutPercentage: wish.percentage, tiers }, tier);
  return { mode, percentage: rolloutPercentage };
}

function observe(model: Model): Observation {
  const { primary, template, fed, direct, isRecorded } = model;
  const ready = Number(answers(model));
  const recorded = primary.source === 'routeServer' ? 'RouteServer' : 'Contested';
  const world = aWorld()
    .with({ deleting: model.deleting, generation: model.generation })
    .wishing({ ...model.wish, ...resolved(model), steps, stepSoakMs: 2 * tickMs })
    .wishing({ fallback: { enabled: true, afterMs: 3 * tickMs, maxDirectPollers, acknowledgedMs: undefined } })
    .remembering(model.remembered)
    .fleet({
      wiring: isRecorded ? recorded : 'Direct',
      replicas: primary.replicas,
      rolledOut: isRolledOut(primary, template),
      primary: counts(primary.pods),
      pods: counts([...primary.pods, ...(fed?.pods ?? []), ...(direct?.pods ?? [])]),
      movedTemplate: String(template),
    })
    .routeServer({
      present: model.routeServer !== 'absent',
      rolledOut: model.routeServer === 'answering',
      answers: answers(model),
      readyReplicas: ready,
      ageMs: model.isStale ? 3_600_000 : 0,
    })
    .sentinels({
      fed: { present: model.fedSentinel, ready: model.fedSentinel && answers(model), current: true },
      direct: { present: model.directSentinel, ready: model.directSentinel, current: true },
    })
    .with({ companions: { fed: companionSeen(fed, template), direct: companionSeen(direct, template) } });
  return world.shadow(model.verdict, T0 - 3_600_000, String(model.template)).seen;
}

/** Skippers that poll, or will once what is asked for has come about. */
export function directPollers({ primary, direct, directSentinel }: Model): number {
  const ofPrimary = primary.source === 'direct' ? primary.replicas : counts(primary.pods).direct;
  return ofPrimary + (direct?.replicas ?? 0) + Number(directSentinel);
}

type Write = (model: Model) => void;

/** The writes of one pass in their order. */
function writesOf({ intents }: Decision): readonly Write[] {
  const wiring = intents.skipperWiring;
  return [
    ...writes(intents.routeServer === 'Present', startRouteServer),
    ...presence(intents.fedSentinel, 'fedSentinel'),
    ...presence(intents.directSentinel, 'directSentinel'),
    ...writes(typeof intents.fedCompanion === 'object', addCompanion('fed', intents.fedCompanion)),
    ...writes(typeof intents.directCompanion === 'object', addCompanion('direct', intents.directCompanion)),
    ...writes(wiring === 'Direct', unwire),
    ...writes(wiring === 'RouteServer', wire),
    ...writes(intents.fedCompanion === 'Absent', (model) => (model.fed = undefined)),
    ...writes(intents.directCompanion === 'Absent', removeDirect),
    ...writes(intents.routeServer === 'Absent', removeRouteServer),
    ...writes(intents.finalizer === 'Absent', (model) => (model.finalizer = false)),
  ];
}

const writes = (isWanted: boolean, write: Write): readonly Write[] => (isWanted ? [write] : []);
const presence = (wanted: Presence, sentinel: 'fedSentinel' | 'directSentinel'): readonly Write[] =>
  writes(wanted !== 'AsIs', (model) => (model[sentinel] = wanted === 'Present'));

const startRouteServer: Write = (model) => {
  if (model.routeServer === 'absent') model.routeServer = 'starting';
};

const addCompanion =
  (kind: 'fed' | 'direct', intent: CompanionIntent): Write =>
  (model) => {
    if (typeof intent !== 'object') return;
    const before = model[kind];
    if (kind === 'fed' && intent.replicas > (before?.replicas ?? 0)) {
      mustBe(answers(model), 'fed Skippers were added while the route server does not answer');
    }
    const source = kind === 'fed' ? 'routeServer' : 'direct';
    model[kind] = { pods: before?.pods ?? [], source, template: model.template, ...intent };
  };

const wire: Write = (model) => {
  mustBe(answers(model), 'Skippers were wired to a route server that does not answer');
  model.primary.source = 'routeServer';
  model.isRecorded = true;
};

const unwire: Write = (model) => {
  model.primary.source = 'direct';
  model.isRecorded = false;
};

const removeDirect: Write = (model) => {
  const isFallback = model.remembered.failure?.fellBackMs !== undefined;
  const { primary } = model;
  const isServed = primary.pods.every(({ source }) => source === primary.source);
  mustBe(isFallback || isServed, 'the direct companion was removed while the fleet itself rolls');
  model.direct = undefined;
};

const removeRouteServer: Write = (model) => {
  const left = [...model.primary.pods, ...(model.fed?.pods ?? [])].filter(({ source }) => source === 'routeServer');
  mustBe(left.length === 0, 'the route server was removed under a Skipper that reads from it');
  mustBe(model.primary.source === 'direct', 'the route server was removed while new Skippers would read from it');
  mustBe(model.fed === undefined, 'the route server was removed while new canaries would read from it');
  model.routeServer = 'absent';
};

/** One pass of an operator that is killed after `limit` writes; the status is the last one. */
export function pass(model: Model, limit = Number.POSITIVE_INFINITY): Decision {
  const seen = observe(model);
  const decision = decide(seen, model.nowMs);
  const standing = seen.fleet === undefined ? 0 : standingStep(seen.fleet, seen.companions);
  mustBe(!model.isStale || decision.step <= standing, `a step to ${decision.step} % on stale data`);
  const all = writesOf(decision);
  const { replicas } = model.primary;
  for (const write of all.slice(0, limit)) {
    const before = directPollers(model);
    write(model);
    mustBe(model.primary.replicas === replicas, "the owner's replicas were written");
    if (!decision.fallback.active || !isExec(model)) continue;
    const isWithin = directPollers(model) <= Math.max(before, maxDirectPollers);
    mustBe(isWithin, `a fallback left ${directPollers(model)} Skippers polling, ${before} before`);
  }
  if (all.length < limit) model.remembered = { effectiveMode: decision.effectiveMode, ...decision.memory };
  return decision;
}

const isExec = (model: Model): boolean => resolved(model).mode === 'Exec' && !model.deleting;

/** Kubernetes' own controllers move on a little. */
export function timePasses(model: Model): void {
  model.nowMs += tickMs;
  if (model.routeServer === 'starting' || model.routeServer === 'updating') model.routeServer = 'answering';
  for (const deployment of [model.primary, model.fed, model.direct]) if (deployment) follow(deployment, model);
}

/** A pod is started, or replaced, or ended; a fed one cannot start while the route server does not answer. */
function follow(deployment: Deployment & { readonly template?: number }, model: Model): void {
  const { replicas, source, pods, template = model.template } = deployment;
  if (pods.length > replicas) deployment.pods = pods.slice(0, -1);
  if (source === 'routeServer' && !answers(model)) return;
  const stale = pods.findIndex((pod) => pod.source !== source || pod.template !== template);
  if (pods.length < replicas) deployment.pods = [...pods, { source, template }];
  else if (pods.length === replicas && stale >= 0) deployment.pods = pods.with(stale, { source, template });
}
