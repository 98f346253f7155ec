/**
 * `npm run fuzz -- balancer [--picks N] [--seed S]`: N random picks, each compared with the one that Skipper's own code
 * makes. Ends with what was compared; exits 1 when a key goes elsewhere.
 * `npm run fuzz -- keys [--runs N] [--seed S]`: N random requests, each with a template; compares what Skipper's code
 * hashes for it with what ours does. Ends with what was compared; exits 1 when two keys differ.
 * `npm run fuzz -- health [--runs N] [--seed S]`: N histories of failed requests, each told to Skipper's proxy and to the
 * balancer. Ends with what was compared; exits 1 when a weight, a drop probability or a pick differs.
 * `npm run fuzz -- eskip [--runs N] [--seed S]`: N texts, each read by Skipper's own parser and by ours. Ends with what
 * was compared; exits 1 when the two read one differently.
 * `npm run fuzz -- yaml [--runs N] [--seed S]`: N texts, each read by Go's readers of YAML and by ours.
 * `npm run fuzz -- cases [--runs N] [--seed S]`: N of Skipper's own cases, changed; its own runner judges what we make of
 * them. Cases that it fails stay where its words say.
 */
import { parseArgs } from 'node:util';
import { placementParity } from './balancer.ts';
import { caseParity } from './cases.ts';
import { eskipParity } from './eskip.ts';
import { healthParity } from './health.ts';
import { keyParity } from './keys.ts';
import { yamlParity } from './yaml.ts';

interface Size {
  readonly count: number;
  readonly seed: number;
}

const usage = `usage: npm run fuzz -- balancer [--picks N] [--seed S]
       npm run fuzz -- keys [--runs N] [--seed S]
       npm run fuzz -- health [--runs N] [--seed S]
       npm run fuzz -- eskip [--runs N] [--seed S]
       npm run fuzz -- yaml [--runs N] [--seed S]
       npm run fuzz -- cases [--runs N] [--seed S]`;
const counted = (number: number): string => number.toLocaleString('en-US');

async function fuzzBalancer({ count, seed }: Size): Promise<boolean> {
  const done = await placementParity({
    picks: count,
    keysPerCase: 1_000,
    seed,
    say: (line) => {
      console.log(line);
    },
  });
  console.log(
    `${counted(done.picks)} picks, ${counted(done.bounded)} of them bounded and ${counted(done.filtered)} filtered: ${counted(done.picks - done.elsewhere)} as Skipper, ${counted(done.elsewhere)} elsewhere`,
  );
  return done.elsewhere === 0;
}

async function fuzzEskip({ count, seed }: Size): Promise<boolean> {
  console.log(`seed ${seed}`);
  const { texts, taken, difference } = await eskipParity({ texts: count, seed });
  if (difference !== undefined) {
    console.log(`FAIL ${difference.annotation}: ${JSON.stringify(difference.text)}`);
    for (const line of difference.lines) console.log(`  ${line}`);
  }
  const outcome = difference === undefined ? 'as Skipper' : 'one read differently';
  console.log(`${counted(texts)} texts, ${counted(taken)} of them eskip: ${outcome}`);
  return difference === undefined;
}

async function fuzzKeys({ count, seed }: Size): Promise<boolean> {
  const { requests, read, difference } = await keyParity({ requests: count, seed });
  if (difference !== undefined) console.log(`FAIL seed ${seed}: ${JSON.stringify(difference)}`);
  const outcome = difference === undefined ? 'keys as Skipper' : 'one key differs';
  console.log(`${counted(requests)} requests, ${counted(read)} of them read by a Go server: ${outcome}`);
  return difference === undefined;
}

async function fuzzHealth({ count, seed }: Size): Promise<boolean> {
  const { picks, dropped, difference } = await healthParity({ cases: count, seed });
  if (difference !== undefined) console.log(`FAIL ${difference.what}: ${JSON.stringify(difference.question)}`);
  const outcome = difference === undefined ? 'as Skipper' : 'one differs';
  const all = Object.values(picks).reduce((sum, some) => sum + some, 0);
  console.log(`${counted(count)} histories, ${counted(all)} picks, ${counted(dropped)} without somebody: ${outcome}`);
  return difference === undefined;
}

async function fuzzYaml({ count, seed }: Size): Promise<boolean> {
  const { texts, taken, difference } = await yamlParity({ texts: count, seed });
  if (difference !== undefined) console.log(`FAIL seed ${seed}: ${JSON.stringify(difference, null, 2)}`);
  const outcome = difference === undefined ? 'as Go' : 'one read differently';
  console.log(`${counted(texts)} texts, ${counted(taken)} of them YAML to Go: ${outcome}`);
  return difference === undefined;
}

async function fuzzCases({ count, seed }: Size): Promise<boolean> {
  const { cases, verdict } = await caseParity({ cases: count, seed });
  if (verdict !== undefined) console.log(`FAIL seed ${seed}: ${verdict}`);
  console.log(`${counted(cases)} changed cases: ${verdict === undefined ? 'as Skipper' : 'some differ'}`);
  return verdict === undefined;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    picks: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const fuzzers: Readonly<Record<string, readonly [number, (size: Size) => Promise<boolean>]>> = {
  balancer: [Number(values.picks), fuzzBalancer],
  keys: [Number(values.runs), fuzzKeys],
  health: [Number(values.runs), fuzzHealth],
  eskip: [Number(values.runs), fuzzEskip],
  yaml: [Number(values.runs), fuzzYaml],
  cases: [Number(values.runs), fuzzCases],
};
const wanted = positionals.join();
const [count, fuzz] = (Object.hasOwn(fuzzers, wanted) ? fuzzers[wanted] : undefined) ?? [0, undefined];
if (fuzz === undefined || !Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  process.exitCode = (await fuzz({ count, seed })) ? 0 : 1;
}
