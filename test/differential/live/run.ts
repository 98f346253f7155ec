/**
 * Gets a seed and how many lives of a cluster; has both route servers follow each, and gives the smallest in which their
 * tables differ.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { reasonOf } from '../../harness/errors.ts';
import type { LiveCluster } from './live-cluster.ts';
import { LiveContest, type Tally } from './live-contest.ts';
import { sequence, type Sequence } from './sequence.ts';

/** Ends a search for a smaller life: each costs two starts. */
const shrinkForMs = 240_000;
const kept = join(import.meta.dirname, 'cases');

export interface LiveFailure {
  readonly seed: number;
  readonly sequence: Sequence;
  readonly differences: readonly string[];
}

export interface LiveResult extends Tally {
  readonly sequences: number;
  readonly failures: readonly LiveFailure[];
}

export interface LiveOptions {
  readonly seed: number;
  readonly sequences: number;
  readonly onProgress?: (line: string) => void;
}

/** Plays each life, and where tables differ smaller ones. */
export async function runLive(cluster: LiveCluster, options: LiveOptions): Promise<LiveResult> {
  const { seed, sequences, onProgress } = options;
  const sum = { batches: 0, writes: 0, refused: 0, unreadable: 0 };
  const failures: LiveFailure[] = [];
  for (let index = 0; index < sequences; index++) {
    const ownSeed = seed + index;
    let failure: LiveFailure | undefined;
    let trouble: unknown;
    const play = async (life: Sequence): Promise<boolean> => {
      try {
        const { differences, tally } = await LiveContest.play(cluster, life);
        const played = { ...life, batches: life.batches.slice(0, tally.batches) };
        if (differences.length > 0) failure = { seed: ownSeed, sequence: played, differences };
        else if (failure === undefined) for (const name of tallied) sum[name] += tally[name];
        return differences.length === 0;
      } catch (error) {
        // Of what could not be compared there is no smaller form.
        trouble = error;
        return true;
      }
    };
    let playing: Promise<boolean> = Promise.resolve(true);
    const property = fc.asyncProperty(sequence, (life) => (playing = play(life)));
    await fc.check(property, { seed: ownSeed, numRuns: 1, interruptAfterTimeLimit: shrinkForMs });
    // What was interrupted goes on, and the next life is played on the same cluster.
    await playing;
    if (trouble !== undefined) throw new Error(`seed ${ownSeed}: ${reasonOf(trouble)}`, { cause: trouble });
    if (failure !== undefined) failures.push(failure);
    onProgress?.(`${index + 1} sequences, ${sum.batches} batches, ${failures.length} failures`);
  }
  return { ...sum, sequences, failures };
}

const tallied = ['batches', 'writes', 'refused', 'unreadable'] as const;

/** Gives the file. */
export function keepLive(failure: LiveFailure, folder = kept): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `seed-${failure.seed}.json`);
  writeFileSync(path, `${JSON.stringify(failure, undefined, 2)}\n`);
  return path;
}

export function keptLives(folder = kept): readonly LiveFailure[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as LiveFailure);
}
