/**
 * `npm run test:differential -- [--runs N] [--seed S] [--keep]`: our tables and those of the original route server for
 * N generated clusters. `--keep` stores each failing case, shrunk, in test/differential/cases.
 */
import { parseArgs } from 'node:util';
import { keepCase } from './cases.ts';
import { interrupted } from './interrupted.ts';
import { runDifferential } from './run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
console.log(`seed ${seed}`);
const run = runDifferential({
  seed,
  clusters: Number(values.runs),
  clustersPerFlagSet: 10,
  programOneIn: 5,
  onProgress: (line) => process.stderr.write(`\r${line}`),
});
const result = await Promise.race([run, interrupted()]);
// What was started ends with this process.
if (typeof result === 'number') process.exit(result);
process.stderr.write('\n');
for (const { flags, objects, differences, seed: ofCase } of result.failures) {
  console.log(`FAIL seed ${ofCase}\n  flags: ${flags.args.join(' ')}`);
  if (flags.defaultFilters !== undefined) console.log(`  default filters: ${JSON.stringify(flags.defaultFilters)}`);
  for (const object of objects) console.log(`  ${JSON.stringify(object)}`);
  for (const line of differences) console.log(`  ${line}`);
}
if (values.keep) for (const failure of result.failures) console.log(`kept as ${keepCase(failure)}`);
for (const crash of result.crashes) console.log(`the original crashed: ${crash}`);
const { clusters, flagSets, programSets, failures, unreadable } = result;
if (unreadable > 0) console.log(`${unreadable} tables of the original had routes that Skipper cannot read`);
console.log(
  `${clusters} clusters with ${flagSets} sets of flags (our program in ${programSets}): ${failures.length} failed`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
