/**
 * `npm run test:live -- [--runs N] [--seed S] [--keep]`: both route servers follow N generated lives of a cluster on a
 * real API server. `--keep` stores each failing one, shrunk, in test/differential/live/cases.
 */
import { parseArgs } from 'node:util';
import { interrupted } from '../interrupted.ts';
import { LiveCluster } from './live-cluster.ts';
import { keepLive, runLive, type LiveFailure } from './run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
  },
});

function print({ seed, sequence, differences }: LiveFailure): void {
  console.log(`FAIL seed ${seed}\n  flags: ${sequence.flags.args.join(' ')}`);
  for (const object of sequence.initial) console.log(`  at first: ${JSON.stringify(object)}`);
  for (const [at, changes] of sequence.batches.entries()) {
    for (const change of changes) console.log(`  batch ${at + 1}: ${JSON.stringify(change)}`);
  }
  for (const line of differences) console.log(`  ${line}`);
}

const seed = Number(values.seed);
console.log(`seed ${seed}`);

async function play(cluster: LiveCluster): Promise<number> {
  const onProgress = (line: string): void => void process.stderr.write(`\r${line}`);
  const result = await runLive(cluster, { seed, sequences: Number(values.runs), onProgress });
  process.stderr.write('\n');
  const { failures, sequences, batches, writes, refused, unreadable } = result;
  for (const failure of failures) print(failure);
  if (values.keep) for (const failure of failures) console.log(`kept as ${keepLive(failure)}`);
  if (unreadable > 0) console.log(`${unreadable} tables of the original had routes that Skipper cannot read`);
  console.log(
    `${sequences} lives of ${batches} batches, ${writes} writes (${refused} refused): ${failures.length} failed`,
  );
  return failures.length > 0 ? 1 : 0;
}

async function main(): Promise<number> {
  const stopped = interrupted();
  const cluster = await LiveCluster.boot();
  try {
    return await Promise.race([play(cluster), stopped]);
  } finally {
    await cluster.stop();
  }
}

// A life that was interrupted still plays. What it started ends with this process.
process.exit(await main());
