/**
 * Gets the statuses before and after a pass, gives the series that say where a config stands and what holds it. The
 * words are those of status: what a person reads there is what an alert speaks of.
 */
import { findCondition, type Condition, type RouteServerConfigStatus } from '../api/index.ts';
import type { Metrics } from '../telemetry/index.ts';

interface ConfigLabels {
  readonly namespace: string;
  readonly name: string;
}

export interface ConditionMeter {
  /** `before` is what the status said until this pass. */
  status(key: ConfigLabels, before: RouteServerConfigStatus | undefined, after: RouteServerConfigStatus): void;
  /** A config is gone; its gauges go too. */
  forget(key: ConfigLabels): void;
}

const truths = ['True', 'False', 'Unknown'] as const;
const labels = ['namespace', 'name'] as const;

function seriesOf(metrics: Metrics) {
  const conditions = metrics.gauge({
    name: 'condition',
    help: '1 for the status that a condition of a config has, 0 for the others.',
    labels: [...labels, 'type', 'status'],
  });
  const percentages = metrics.gauge({
    name: 'rollout_percentage',
    help: 'Share of the Skippers that read from the route server: wanted by the spec, and actual by counted pods.',
    labels: [...labels, 'share'],
  });
  const held = metrics.gauge({
    name: 'held',
    help: '1 for the reason for which a config is not ready.',
    labels: [...labels, 'reason'],
  });
  const holds = metrics.counter({
    name: 'holds_total',
    help: 'How often a config began to be held, by the reason.',
    labels: [...labels, 'reason'],
  });
  const transitions = metrics.counter({
    name: 'transitions_total',
    help: 'Moves of configs from one phase to another.',
    labels: [...labels, 'from', 'to'],
  });
  return { conditions, percentages, held, holds, transitions };
}

export function meterConditions(metrics: Metrics): ConditionMeter {
  const { conditions, percentages, held, holds, transitions } = seriesOf(metrics);
  const shown = new Map<string, RouteServerConfigStatus>();
  const clear = (key: ConfigLabels): void => {
    const status = shown.get(idOf(key));
    eachCondition(key, status, (of) => {
      conditions.remove(of);
    });
    const reason = status && heldBy(status);
    if (reason !== undefined) held.remove({ ...key, reason });
  };
  const count = (key: ConfigLabels, before: RouteServerConfigStatus, after: RouteServerConfigStatus): void => {
    const reason = heldBy(after);
    if (reason !== undefined && heldBy(before) !== reason) holds.inc({ ...key, reason });
    const { phase: from = 'Off' } = before;
    const { phase: to = 'Off' } = after;
    if (from !== to) transitions.inc({ ...key, from, to });
  };
  return {
    status: (key, before, after) => {
      clear(key);
      shown.set(idOf(key), after);
      eachCondition(key, after, (of, isSo) => {
        conditions.set(of, Number(isSo));
      });
      percentages.set({ ...key, share: 'wanted' }, wantedShare(after));
      percentages.set({ ...key, share: 'actual' }, after.rollout?.percentage ?? 0);
      const reason = heldBy(after);
      if (reason !== undefined) held.set({ ...key, reason }, 1);
      count(key, before ?? {}, after);
    },
    forget: (key) => {
      clear(key);
      shown.delete(idOf(key));
      for (const share of ['wanted', 'actual']) percentages.remove({ ...key, share });
    },
  };
}

type ConditionLabels = ConfigLabels & { readonly type: string; readonly status: string };

function eachCondition(
  key: ConfigLabels,
  status: RouteServerConfigStatus | undefined,
  visit: (labels: ConditionLabels, isSo: boolean) => void,
): void {
  for (const condition of status?.conditions ?? []) {
    for (const truth of truths) visit({ ...key, type: condition.type, status: truth }, condition.status === truth);
  }
}

const idOf = ({ namespace, name }: ConfigLabels): string => `${namespace}/${name}`;

const wantedShare = ({ resolved }: RouteServerConfigStatus): number =>
  resolved?.mode === 'Exec' ? resolved.rolloutPercentage : 0;

/** The reason for which a config is not ready; none while it is. */
function heldBy({ conditions }: RouteServerConfigStatus): string | undefined {
  const ready: Condition | undefined = findCondition(conditions, 'Ready');
  return ready === undefined || ready.status === 'True' ? undefined : ready.reason;
}
