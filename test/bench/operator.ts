/** Gets whether to be quick; gives the operator's figures with 50 configs and with 500. */
import { asShipped } from './as-shipped.ts';
import type { Figure } from './figures.ts';
import { percentile } from './figures.ts';
import { runOperatorTrial, type Bucket, type OperatorTrial } from './operator-trial.ts';

/** The chart's limit of the operator's container. */
const limitMiB = 1_024;

export function operatorFigures(isQuick: boolean): Promise<readonly Figure[]> {
  return asShipped(async (shipped) => {
    const few = await runOperatorTrial({ shipped, configs: 50, quietMs: isQuick ? 20_000 : 60_000, changes: 20 });
    const many = await runOperatorTrial({
      ...{ shipped, configs: 500, quietMs: isQuick ? 60_000 : 300_000 },
      changes: isQuick ? 60 : 500,
    });
    return [...figuresOf('50 configs', few), ...figuresOf('500 configs', many), growth(few, many)];
  });
}

function figuresOf(where: string, trial: OperatorTrial): readonly Figure[] {
  for (const { method, url } of trial.quietRequests) process.stderr.write(`  unasked for: ${method} ${url}\n`);
  const figure = (name: string, unit: string, ours: number, most = Infinity): Figure => ({
    ...{ name: `${where}: ${name}`, unit, theirs: [], ours: [ours] },
    goal: most === Infinity ? '-' : `<= ${String(most)} ${unit}`,
    isMet: (value) => value <= most,
  });
  return [
    figure('all at rest after the start', 's', trial.settleMs / 1_000),
    figure('a pass, P99', 's', quantile(trial.passes, 0.99), 1),
    figure('spec changed to status, P99', 'ms', percentile(trial.changeMs, 0.99), 1_000),
    figure('requests while nothing changes', 'requests', trial.quietRequests.length, 0),
    figure('watches', 'watches', trial.watches),
    figure('lists that prove watches, in that time', 'lists', trial.quietLists),
    figure('CPU while nothing changes', '%', trial.quietCpuPercent, 10),
    figure('memory', 'MiB', trial.memoryMiB, limitMiB),
    figure('most memory', 'MiB', trial.peakMiB, limitMiB),
  ];
}

function growth(few: OperatorTrial, many: OperatorTrial): Figure {
  return {
    ...{ name: 'memory per config, from 50 to 500', unit: 'MiB', goal: '<= 0.5 MiB', theirs: [] },
    ours: [(many.memoryMiB - few.memoryMiB) / 450],
    isMet: (value) => value <= 0.5,
  };
}

/** As Prometheus' `histogram_quantile`: between two bounds, durations are taken to be spread evenly. */
function quantile(buckets: readonly Bucket[], part: number): number {
  const rank = part * (buckets.at(-1)?.count ?? 0);
  const at = buckets.findIndex(({ count }) => count >= rank);
  const [bucket, below] = [buckets[at], buckets[at - 1] ?? { le: 0, count: 0 }];
  if (bucket === undefined || bucket.le === Infinity) return below.le;
  return below.le + ((bucket.le - below.le) * (rank - below.count)) / (bucket.count - below.count);
}
