/** Gets what was seen and decided, gives the whole status. Pure: the clock's reading comes in as an argument. */
import {
  counted,
  firstSightVerdicts,
  reasons,
  setConditions,
  type BakeStatus,
  type ConditionVerdict,
  type HistoryEntry,
  type Resolution,
  type RouteServerConfig,
  type RouteServerConfigStatus,
  type SkippersStatus,
} from '../api/index.ts';
import {
  describeUncounted,
  isoTime,
  type Bake,
  type ConvergenceSeen,
  type Decision,
  type Observation,
  type Summary,
} from '../rollout/index.ts';
import type { Settlement } from '../shadow/index.ts';
import type { Failure } from './failure.ts';
import { shadowStatus } from './shadow/shadow-status.ts';
import { summaryOf } from './shadow/summary.ts';
import { stillStands, type Standing } from './still-stands.ts';

/** What one pass knows when it comes to writing it down. */
export interface PassResult {
  readonly config: RouteServerConfig;
  readonly tier: string | undefined;
  readonly resolution: Resolution;
  readonly seen: Observation;
  readonly decision: Decision;
  readonly settlement: Settlement | undefined;
  readonly routeServerImage: string | undefined;
  /** What went wrong while the decision was carried out, for the person who reads the object. */
  readonly failure: Failure | undefined;
}

/** The newest entries that `status.history` keeps. */
const historyLength = 20;

/** On first sight, before anything was decided: GitOps tools must not take a new object for a healthy one. */
export function firstStatus(config: RouteServerConfig, now: number): RouteServerConfigStatus {
  const { status, metadata } = config;
  return {
    ...status,
    conditions: setConditions(status?.conditions, firstSightVerdicts, metadata.generation, isoTime(now)),
  };
}

export function statusOf(result: PassResult, now: number): RouteServerConfigStatus {
  const { config, resolution, seen, decision, tier } = result;
  const before = config.status;
  const time = isoTime(now);
  const { bake, rewirings } = decision.memory;
  const stands = stillStands(result);
  return {
    observedGeneration: config.metadata.generation,
    ...(tier === undefined ? {} : { tier }),
    resolved: { mode: resolution.mode, rolloutPercentage: resolution.rolloutPercentage, source: resolution.source },
    effectiveMode: decision.effectiveMode,
    phase: decision.phase,
    ...fleetStatus(result, stands),
    ...routeServerStatus(result),
    ...shadowOf(result),
    ...(rewirings > 0 ? { wiring: wiringStatus(seen, rewirings) } : {}),
    ...(bake === undefined ? {} : { bake: bakeStatus(bake, seen.wish.bakeMs) }),
    ...fallbackStatus(decision),
    conditions: setConditions(before?.conditions, conditionsOf(result, stands), config.metadata.generation, time),
    history: historyOf(before, decision, time),
  };
}

function fleetStatus(result: PassResult, stands: Standing): Partial<RouteServerConfigStatus> {
  const { seen, decision, resolution, config } = result;
  const { step, soakedAtMs, memory } = decision;
  const soak = memory.soak && {
    since: isoTime(memory.soak.sinceMs),
    until: isoTime(soakedAtMs ?? memory.soak.sinceMs),
    template: memory.soak.template,
  };
  const rollout = { desired: resolution.rolloutPercentage, ...(step > 0 ? { step } : {}), ...soak };
  if (seen.fleet === undefined) return { rollout: { percentage: 0, ...rollout } };
  const { total, direct, routeServer } = seen.fleet.pods;
  return {
    rollout: { percentage: total === 0 ? 0 : Math.floor((routeServer * 100) / total), ...rollout },
    skippers: {
      ...{ total, direct, routeServer },
      ...(stands.convergence ? convergedBefore(config.status?.skippers) : convergenceStatus(seen.fleet.convergence)),
    },
  };
}

function bakeStatus({ sinceMs, template }: Bake, bakeMs: number): BakeStatus {
  return { since: isoTime(sinceMs), until: isoTime(sinceMs + bakeMs), ...(template === undefined ? {} : { template }) };
}

function fallbackStatus({ memory: { failure } }: Decision): Partial<RouteServerConfigStatus> {
  if (failure === undefined) return {};
  const { sinceMs, fellBackMs, generation, reason, message } = failure;
  return {
    fallback: {
      failingSince: isoTime(sinceMs),
      ...(fellBackMs === undefined ? {} : { since: isoTime(fellBackMs) }),
      generation,
      reason,
      message: message.slice(0, 1024),
    },
  };
}

/** Most Skippers that status names. */
const maxLagging = 10;
const maxLaggingMessage = 512;

function convergenceStatus(convergence: ConvergenceSeen | undefined): Partial<SkippersStatus> {
  if (convergence === undefined || !convergence.known) return {};
  const lagging = convergence.lagging.slice(0, maxLagging).map(({ pod, sinceMs, why }) => {
    return { pod, since: isoTime(sinceMs), message: why.slice(0, maxLaggingMessage) };
  });
  return { converged: convergence.converged, ...(lagging.length > 0 ? { lagging } : {}) };
}

function convergedBefore({ converged, lagging }: Partial<SkippersStatus> = {}): Partial<SkippersStatus> {
  return { ...(converged === undefined ? {} : { converged }), ...(lagging === undefined ? {} : { lagging }) };
}

function routeServerStatus({ seen, decision, routeServerImage }: PassResult): Partial<RouteServerConfigStatus> {
  const { present, etag, routes, readyReplicas } = seen.routeServer;
  if (!present) return {};
  const { staleSinceMs } = decision.memory;
  return {
    routeServer: {
      ready: readyReplicas,
      ...(etag === undefined ? {} : { etag }),
      ...(routes === undefined ? {} : { routes }),
      ...(staleSinceMs === undefined ? {} : { staleSince: isoTime(staleSinceMs) }),
      ...(routeServerImage === undefined ? {} : { image: routeServerImage }),
    },
  };
}

function shadowOf({ settlement, decision, config }: PassResult): Partial<RouteServerConfigStatus> {
  if (decision.phase === 'Off' || decision.phase === 'Removing') return {};
  // Until this process has compared the tables itself, what the one before it saw stays: its clock must go on.
  if (settlement === undefined) return config.status?.shadow === undefined ? {} : { shadow: config.status.shadow };
  return { shadow: shadowStatus(settlement, config.status?.shadow) };
}

function wiringStatus({ fleet }: Observation, attempts: number) {
  const managers = fleet?.argsManagers ?? [];
  return { attempts, ...(managers.length > 0 ? { contestedBy: managers.join(', ') } : {}) };
}

function conditionsOf(result: PassResult, stands: Standing): readonly ConditionVerdict[] {
  const { promotable, fallback } = result.decision;
  const { ready, reconciling, stalled, reason, message } = summaryIn(result);
  const verdicts: readonly ConditionVerdict[] = [
    { type: 'Ready', status: ready, reason, message },
    { type: 'Reconciling', status: truth(reconciling), reason, message },
    { type: 'Stalled', status: truth(stalled), reason, message },
    shadowCondition(result),
    { type: 'Promotable', status: truth(promotable.met), reason: promotable.reason, message: promotable.message },
    { type: 'FallbackActive', status: truth(fallback.active), reason: fallback.reason, message: fallback.message },
    heldBackCondition(result.seen),
    tierCondition(result),
    safetyCondition(result.seen),
    errorsCondition(result.seen),
    supportCondition(result.seen),
  ];
  return verdicts.filter(({ type }) => !stands.conditions.has(type));
}

/** How it stands: what was decided, or why it could not be carried out. */
function summaryIn({ decision, failure }: PassResult): Summary {
  if (failure === undefined) return decision.summary;
  const { reason, message, needsPerson } = failure;
  return { ready: 'False', reconciling: !needsPerson, stalled: needsPerson, reason, message };
}

function shadowCondition({ decision, settlement, seen }: PassResult): ConditionVerdict {
  const verdict = (status: 'True' | 'False' | 'Unknown', reason: ConditionVerdict['reason'], message: string) =>
    ({ type: 'ShadowInSync', status, reason, message }) as const;
  if (decision.phase === 'Off' || decision.phase === 'Removing') {
    return verdict('Unknown', reasons.notShadowing, 'nothing is compared in mode "False"');
  }
  if (settlement === undefined) return verdict('Unknown', reasons.shadowInconclusive, 'no table was compared yet');
  const message = summaryOf(settlement);
  switch (settlement.verdict) {
    case 'InSync':
      return verdict('True', reasons.shadowInSync, message);
    case 'OutOfSync':
      return verdict('False', reasons.shadowOutOfSync, message);
    case 'Inconclusive':
      return verdict('Unknown', reasons.shadowInconclusive, seen.shadow?.summary ?? message);
  }
}

/** The route server writes nothing to the cluster: this is where a person hears of what it holds back. */
function heldBackCondition({ routeServer }: Observation): ConditionVerdict {
  const type = 'RoutesHeldBack';
  const { present, answers, heldBackRoutes, routes } = routeServer;
  if (present && !answers) {
    return {
      type,
      status: 'Unknown',
      reason: reasons.routeServerNotReady,
      message: 'the route server does not answer',
    };
  }
  if (heldBackRoutes === 0) {
    return { type, status: 'False', reason: reasons.noRoutesHeldBack, message: 'no routes are held back' };
  }
  const all = routes === undefined ? 'its routes' : counted(routes, 'route');
  const message =
    `a replica of the route server serves on ${heldBackRoutes} of ${all} that vanished at once ` +
    '(-max-shrink-percent); put back what is missing, or have them go: curl -X DELETE http://POD:9911/held-back on ' +
    'each replica; else they go when the next list lacks them too (-relist-interval)';
  return { type, status: 'True', reason: reasons.routesVanished, message };
}

function tierCondition({ resolution, tier, config }: PassResult): ConditionVerdict {
  const messages = {
    TierFound: `spec.tiers has an entry for tier ${tier ?? ''}`,
    TierWithoutEntry: `spec.tiers has no entry for tier ${tier ?? ''}: the top-level fields apply`,
    TierUnknown:
      config.spec.tiers.length > 0
        ? "the operator was not told its cluster's tier (--tier): the top-level fields apply"
        : 'neither the operator nor spec.tiers name a tier: the top-level fields apply',
  };
  const { reason } = resolution;
  return { type: 'TierKnown', status: truth(reason !== 'TierUnknown'), reason, message: messages[reason] };
}

/** Says what of the fleet's own settings may cost requests, or a person's attention, before it does. */
function safetyCondition({ fleet }: Observation): ConditionVerdict {
  const type = 'RolloutSafe';
  if (fleet === undefined) {
    return { type, status: 'Unknown', reason: reasons.skipperNotFound, message: 'there is no fleet to look at' };
  }
  const { rolloutWarnings, flagWarnings } = fleet;
  const message = [...rolloutWarnings, ...flagWarnings].join('; ');
  return rolloutWarnings.length > 0
    ? { type, status: 'False', reason: reasons.rolloutUnsafe, message }
    : { type, status: 'True', reason: reasons.settled, message: message || 'a rollout loses no request' };
}

/** The gate of errors must not be taken for a pass where it cannot see. */
function errorsCondition({ fleet, wish }: Observation): ConditionVerdict {
  const type = 'ErrorsCounted';
  if (fleet === undefined) {
    return { type, status: 'Unknown', reason: reasons.skipperNotFound, message: 'there is no fleet to look at' };
  }
  const { uncountedErrors } = fleet;
  if (uncountedErrors.length === 0) {
    return { type, status: 'True', reason: reasons.errorsCounted, message: 'every error of a step can be counted' };
  }
  const message = describeUncounted(uncountedErrors, wish);
  return { type, status: 'False', reason: reasons.errorsNotCounted, message };
}

function supportCondition({ wish }: Observation): ConditionVerdict {
  const fields = wish.fieldsNotActedOn;
  return fields.length === 0
    ? {
        type: 'SpecFullySupported',
        status: 'True',
        reason: reasons.allFieldsActedOn,
        message: 'every field is acted on',
      }
    : {
        type: 'SpecFullySupported',
        status: 'False',
        reason: reasons.fieldsNotActedOn,
        message: `this version does not act on ${fields.join(', ')}`,
      };
}

function historyOf(
  before: RouteServerConfigStatus | undefined,
  { phase, summary, step }: Decision,
  time: string,
): readonly HistoryEntry[] {
  const history = before?.history ?? [];
  const from = placeOf(before?.phase ?? 'Off', before?.rollout?.step);
  const to = placeOf(phase, step);
  if (from === to) return history;
  const entry: HistoryEntry = { time, from, to, reason: summary.reason, message: summary.message.slice(0, 1024) };
  return [...history, entry].slice(-historyLength);
}

/** Where the fleet stands, in the words of the history. */
const placeOf = (phase: string, step = 0): string => (phase === 'Stepping' ? `Stepping ${step} %` : phase);

const truth = (claim: boolean): 'True' | 'False' => (claim ? 'True' : 'False');
