/**
 * Gets a seed and how many clusters; compares the tables of both route servers for all of them, and gives the smallest
 * cluster for which they differ.
 */
import fc from 'fast-check';
import { cluster } from './arbitraries/cluster.ts';
import { flagSet, type FlagSet } from './arbitraries/flags.ts';
import type { Json } from './arbitraries/services.ts';
import { Contest } from './contest.ts';

export interface RunOptions {
  readonly seed: number;
  readonly clusters: number;
  /** Clusters for each set of flags: a set costs two processes. */
  readonly clustersPerFlagSet: number;
  /** In one of so many sets of flags, our program runs beside the compiler. */
  readonly programOneIn: number;
  readonly onProgress?: (line: string) => void;
}

/** The smallest case that was found. */
export interface Failure {
  readonly seed: number;
  readonly flags: FlagSet;
  readonly objects: readonly Json[];
  readonly differences: readonly string[];
  /** What the original served. */
  readonly theirTable: string;
}

export interface RunResult {
  readonly clusters: number;
  readonly flagSets: number;
  readonly programSets: number;
  readonly failures: readonly Failure[];
  /** Clusters that crashed the original. */
  readonly crashes: readonly string[];
  /** Tables that Skipper could not have read, of which only a part was compared. */
  readonly unreadable: number;
}

/** Ends a search for a smaller case, and the round. */
const shrinkForMs = 60_000;

type Compared = Pick<RunResult, 'failures' | 'crashes' | 'unreadable'>;

/** Compares with one set of flags. */
async function compareWith(flags: FlagSet, index: number, options: RunOptions): Promise<Compared> {
  const { seed, clustersPerFlagSet, programOneIn } = options;
  const contest = await Contest.start({ flags, withProgram: index % programOneIn === 0 });
  try {
    const property = fc.asyncProperty(cluster, async (objects) => (await contest.differences(objects)).length === 0);
    const details = await fc.check(property, {
      seed: seed + index,
      numRuns: clustersPerFlagSet,
      interruptAfterTimeLimit: shrinkForMs,
    });
    if (!details.failed) return { ...contest.counts, failures: [] };
    const [objects] = details.counterexample ?? [];
    if (objects === undefined) throw new Error(`set ${index} of seed ${seed}: interrupted`);
    const differences = await contest.differences(objects);
    const { errorInstance } = details;
    const cause = errorInstance instanceof Error ? [errorInstance.message] : [];
    const theirTable = await contest.theirTable();
    const failure = { seed: seed + index, flags, objects, differences: [...cause, ...differences], theirTable };
    return { ...contest.counts, failures: [failure] };
  } finally {
    await contest.stop();
  }
}

/** Compares one set of flags after the other. */
export async function runDifferential(options: RunOptions): Promise<RunResult> {
  const { seed, clusters, clustersPerFlagSet, programOneIn, onProgress } = options;
  const sets = fc.sample(flagSet, { seed, numRuns: Math.ceil(clusters / clustersPerFlagSet) });
  const failures: Failure[] = [];
  const crashes: string[] = [];
  let unreadable = 0;
  for (const [index, flags] of sets.entries()) {
    const compared = await compareWith(flags, index, options);
    failures.push(...compared.failures);
    crashes.push(...compared.crashes);
    unreadable += compared.unreadable;
    onProgress?.(`${(index + 1) * clustersPerFlagSet} clusters, ${failures.length} failures`);
  }
  return {
    clusters: sets.length * clustersPerFlagSet,
    flagSets: sets.length,
    programSets: Math.ceil(sets.length / programOneIn),
    failures,
    crashes,
    unreadable,
  };
}
