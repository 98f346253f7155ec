/** The route server's figures: ours and the original's on the same cluster, against the same kube-apiserver. */
import { startOriginal } from '../integration/routeserver/programs.ts';
import { asShipped, routeServerOf } from './as-shipped.ts';
import type { Churn } from './churn.ts';
import { median, percentile, type Figure } from './figures.ts';
import type { Idle } from './idle.ts';
import type { Rate } from './load.ts';
import { realCluster } from './real-cluster.ts';
import { measureStarts, type Start, type Starts } from './starts.ts';
import { runTrial, type Trial, type TrialOptions } from './trial.ts';

const large = { ingresses: 15_000, routeGroups: 5_000 };
const small = { ingresses: 1_500, routeGroups: 500 };

interface Measured {
  readonly starts: Starts;
  readonly ours: readonly Trial[];
  readonly theirs: readonly Trial[];
  /** Ours, on a tenth of the cluster. */
  readonly small: Trial;
}

async function measure(startOurs: TrialOptions['start'], isQuick: boolean): Promise<Measured> {
  const [rounds, times] = isQuick ? [1, 4] : [3, 10];
  // A slice of the load is a quarter: longer than a poll of the original, which takes two thirds of the machine and comes
  // each 3 s, so that none is measured without one, or in one.
  const length = { loadMs: 24_000, idlePieces: isQuick ? 3 : 5 };
  const churnMs = isQuick ? 10_000 : 60_000;
  const of = { ...length, changes: isQuick ? 20 : 30 };
  const ours: Trial[] = [];
  const theirs: Trial[] = [];
  const cluster = await realCluster(large);
  let starts: Starts;
  try {
    await cluster.restore();
    starts = await measureStarts({ cluster, ours: startOurs, theirs: startOriginal, times, restMs: 10_000 });
    for (let round = 0; round < rounds; round++) {
      await cluster.restore();
      ours.push(await runTrial({ ...of, cluster, start: startOurs, churnMs }));
      await cluster.restore();
      theirs.push(await runTrial({ ...of, cluster, start: startOriginal, churnMs: 0, changes: 2 }));
    }
  } finally {
    await cluster.close();
  }
  const tenth = await realCluster(small);
  try {
    await tenth.restore();
    return {
      starts,
      ours,
      theirs,
      small: await runTrial({ ...of, cluster: tenth, start: startOurs, churnMs: 0, loadMs: 0 }),
    };
  } finally {
    await tenth.close();
  }
}

type Of<T> = (measurement: T) => number | readonly number[];
interface BothSides<T> {
  readonly ours: readonly T[];
  readonly theirs: readonly T[];
}

/** A figure that is a ratio to the original's. */
function compared<T>(measured: BothSides<T>, name: string, unit: string, of: Of<T>) {
  const [ours, theirs] = [measured.ours.flatMap(of), measured.theirs.flatMap(of)];
  const atMost = (limit: number): Figure => {
    return { name, unit, ours, theirs, goal: `<= ${String(limit)} x`, isMet: (own, other) => own <= limit * other };
  };
  const atLeast = (limit: number): Figure => {
    return { name, unit, ours, theirs, goal: `>= ${String(limit)} x`, isMet: (own, other) => own >= limit * other };
  };
  const withoutGoal: Figure = { name, unit, ours, theirs, goal: '-' };
  return { atMost, atLeast, withoutGoal };
}

/** How many a second, and what one costs the server: on a small machine only the latter is free of what clients take. */
function answers(measured: Measured, name: string, goal: number, of: (trial: Trial) => readonly Rate[]) {
  const rates = (trial: Trial) => of(trial).map(({ perSecond }) => perSecond);
  const costs = (trial: Trial) => of(trial).map(({ cpuMsPerAnswer }) => cpuMsPerAnswer);
  return [
    compared(measured, name, '/s', rates).atLeast(goal),
    compared(measured, `${name}: CPU of the server for one`, 'ms', costs).withoutGoal,
  ];
}

function startFigures(starts: Starts): readonly Figure[] {
  const seconds = (name: string, of: (start: Start) => number) =>
    compared(starts, name, 's', (start) => of(start) / 1_000);
  return [
    seconds('start to healthy', ({ startMs }) => startMs).atMost(0.5),
    seconds('start to healthy: CPU of the server', ({ cpuMs }) => cpuMs).withoutGoal,
    seconds('start to healthy: CPU of the API server', ({ apiCpuMs }) => apiCpuMs).withoutGoal,
    compared(starts, 'memory after the start', 'MiB', ({ steadyMiB }) => steadyMiB).atMost(0.5),
  ];
}

function idleFigures(measured: Measured): readonly Figure[] {
  const idle = (name: string, of: (idle: Idle) => number) =>
    compared(measured, name, 'ms/s', (trial) => trial.idle.map(of));
  return [
    idle('CPU without a change, with the API server', ({ allMs }) => allMs).atMost(0.02),
    idle('CPU without a change: of the server', ({ serverMs }) => serverMs).withoutGoal,
  ];
}

function figuresOf(measured: Measured): readonly Figure[] {
  const { ours, theirs } = measured;
  const changes = (trials: readonly Trial[], part: number) => trials.map(({ changeMs }) => percentile(changeMs, part));
  const within = (name: string, part: number, limit: number): Figure => ({
    ...{ name, unit: 'ms', ours: changes(ours, part), theirs: changes(theirs, part) },
    goal: `<= ${String(limit)} ms`,
    isMet: (own) => own <= limit,
  });
  const churned = (name: string, unit: string, of: (churn: Churn) => number, limit: number): Figure => ({
    ...{ name: `50 changes/s: ${name}`, unit, theirs: [] },
    ours: ours.flatMap(({ churn }) => (churn === undefined ? [] : [of(churn)])),
    goal: `<= ${String(limit)} ${unit}`,
    isMet: (own) => own <= limit,
  });
  const growth = median(ours.map(({ cpuMsPerChange }) => cpuMsPerChange)) / measured.small.cpuMsPerChange;
  return [
    ...startFigures(measured.starts),
    within('change to new tag, median', 0.5, 100),
    within('change to new tag, P99', 0.99, 300),
    ...idleFigures(measured),
    {
      ...{ name: 'CPU per change, 20,000 to 2,000 objects', unit: 'x', ours: [growth], theirs: [] },
      goal: '<= 3 x',
      isMet: (own) => own <= 3,
    },
    compared(measured, 'memory at most, while serving', 'MiB', ({ peakMiB }) => peakMiB).atMost(0.5),
    ...answers(measured, '304', 1.5, ({ notModified }) => notModified),
    ...answers(measured, 'compressed tables', 3, ({ gzip }) => gzip),
    ...answers(measured, 'plain tables', 5, ({ identity }) => identity),
    compared(measured, 'bytes of a change to a Skipper', 'B', ({ bytesPerChange }) => bytesPerChange).atMost(1),
    churned('publications', '/s', ({ publishedPerSecond }) => publishedPerSecond, 1),
    churned('latest', 'ms', ({ latestMs }) => latestMs, 1_500),
    churned('event loop delay, P99', 'ms', (churn) => churn.loopDelayMs, 50),
  ];
}

/** @param isQuick one round and short loads. */
export function routeServerFigures(isQuick: boolean): Promise<readonly Figure[]> {
  return asShipped(async (shipped) => figuresOf(await measure(routeServerOf(shipped), isQuick)));
}
