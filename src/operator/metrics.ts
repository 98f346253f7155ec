/** Gets what passes come to, gives the operator's metrics. Labels are the words of conditions and reasons. */
import type { Metrics } from '../telemetry/index.ts';
import type { PassResult } from './status.ts';

export interface OperatorMeter {
  /** Something was done for a Skipper that does not converge. */
  healed(key: ConfigLabels, action: 'Resend' | 'Evict'): void;
  /** One pass ended; `outcome` is `ok`, `failed` or `waited`. */
  pass(outcome: 'ok' | 'failed' | 'waited', seconds: number): void;
  /** What a config stands at now. */
  config(key: ConfigLabels, result: PassResult): void;
  /** A config is gone; its series go too. */
  forget(key: ConfigLabels): void;
}
interface ConfigLabels {
  readonly namespace: string;
  readonly name: string;
}

const modes = ['False', 'Pre', 'Exec'] as const;
const verdicts = ['InSync', 'OutOfSync', 'Inconclusive'] as const;
const sources = ['direct', 'routeServer'] as const;

/** @param ageSeconds asked when somebody reads the metrics */
export function meterAge(metrics: Metrics, ageSeconds: () => number): void {
  metrics.gauge({
    name: 'last_successful_reconcile_age_seconds',
    help: 'Time since a reconcile ended well.',
    collect: (gauge) => {
      gauge.set(ageSeconds());
    },
  });
}

export function meterOperator(metrics: Metrics): OperatorMeter {
  const passes = metrics.histogram({
    name: 'reconcile_seconds',
    help: 'How long a reconcile took, by its outcome.',
    labels: ['outcome'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 10],
  });
  const mode = metrics.gauge({
    name: 'effective_mode',
    help: '1 for the mode that is in force, 0 for the others.',
    labels: ['namespace', 'name', 'mode'],
  });
  const skippers = metrics.gauge({
    name: 'skippers',
    help: 'Skipper pods by where they read their routes.',
    labels: ['namespace', 'name', 'source'],
  });
  const verdict = metrics.gauge({
    name: 'shadow_verdict',
    help: '1 for the verdict of the shadow diff that stands, 0 for the others.',
    labels: ['namespace', 'name', 'verdict'],
  });
  const healings = metrics.counter({
    name: 'healings_total',
    help: 'What was done for Skippers that do not show the table of their route server.',
    labels: ['namespace', 'name', 'action'],
  });
  return {
    healed: ({ namespace, name }, action) => {
      healings.inc({ namespace, name, action });
    },
    pass: (outcome, seconds) => {
      passes.observe({ outcome }, seconds);
    },
    config: ({ namespace, name }, { decision, seen, settlement }) => {
      for (const each of modes) mode.set({ namespace, name, mode: each }, Number(decision.effectiveMode === each));
      for (const source of sources) skippers.set({ namespace, name, source }, seen.fleet?.pods[source] ?? 0);
      for (const each of verdicts)
        verdict.set({ namespace, name, verdict: each }, Number(settlement?.verdict === each));
    },
    forget: ({ namespace, name }) => {
      for (const each of modes) mode.remove({ namespace, name, mode: each });
      for (const source of sources) skippers.remove({ namespace, name, source });
      for (const each of verdicts) verdict.remove({ namespace, name, verdict: each });
    },
  };
}
