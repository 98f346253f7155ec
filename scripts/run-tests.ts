/**
 * Runs suites of tests: `node scripts/run-tests.ts unit|integration|fault|e2e[,…] [NAME…]`.
 *
 * Several suites run side by side, the files of the last one first: those take longest and mostly wait.
 * A NAME keeps the files whose path contains it. Ends with the line `N passed, N failed, N skipped`.
 * A skip is reported with its reason; under CI=true it is a failure, and so is a run of no tests at all.
 */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

interface Suite {
  readonly patterns: readonly string[];
  /** Test files at once. Suites that boot clusters get fewer: each of those is busy by itself. */
  readonly concurrency: number;
  /** Deadline for one file, milliseconds: a hanging test must not eat the whole time of CI. */
  readonly timeoutMs: number;
}

const minuteMs = 60_000;
const suites: Readonly<Record<string, Suite>> = {
  unit: {
    patterns: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/{golden,harness,vectors}/**/*.test.ts'],
    concurrency: availableParallelism() + 1,
    timeoutMs: 5 * minuteMs,
  },
  integration: {
    // The fault tests are short unless FAULT_STEPS asks for more.
    patterns: ['test/integration/**/*.test.ts', 'test/{chart,differential,fault,fuzz}/**/*.test.ts'],
    concurrency: 2,
    timeoutMs: 25 * minuteMs,
  },
  fault: {
    patterns: ['test/fault/**/*.test.ts', 'test/integration/routeserver/truncation.test.ts'],
    concurrency: 1,
    timeoutMs: 180 * minuteMs,
  },
  e2e: { patterns: ['test/e2e/**/*.test.ts'], concurrency: 1, timeoutMs: 40 * minuteMs },
};

interface Tally {
  passed: number;
  failed: number;
  readonly skipped: string[];
}

function filesOf(suite: Suite, names: readonly string[]): string[] {
  const files: string[] = [];
  for (const pattern of suite.patterns) files.push(...globSync(pattern).sort());
  return files.filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
}

async function runFiles(files: string[], suite: Suite): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: [] };
  const events = run({ files, concurrency: suite.concurrency, timeout: suite.timeoutMs });
  events.on('test:pass', ({ name, skip, details }) => {
    if (skip !== undefined && skip !== false) tally.skipped.push(`${name}: ${String(skip)}`);
    else if (details.type !== 'suite') tally.passed += 1;
  });
  events.on('test:fail', () => {
    tally.failed += 1;
  });
  await pipeline(events, new spec(), process.stdout, { end: false });
  return tally;
}

function exitCodeOf(tally: Tally): number {
  if (tally.failed > 0 || tally.passed === 0) return 1;
  return tally.skipped.length > 0 && process.env['CI'] === 'true' ? 1 : 0;
}

/** Several suites as one. */
function together(wanted: readonly Suite[]): Suite {
  return {
    patterns: wanted.toReversed().flatMap(({ patterns }) => patterns),
    concurrency: Math.max(...wanted.map(({ concurrency }) => concurrency)),
    timeoutMs: Math.max(...wanted.map(({ timeoutMs }) => timeoutMs)),
  };
}

const [suiteNames = '', ...names] = process.argv.slice(2);
const wanted = suiteNames.split(',').map((name) => suites[name]);
const known = wanted.filter((suite) => suite !== undefined);
if (known.length < wanted.length) {
  console.error(`unknown suite in '${suiteNames}': give some of ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}
const suite = together(known);
const files = filesOf(suite, names);
if (files.length === 0) {
  console.error(`no test file of ${suiteNames} matches ${names.join(' ')}`);
  process.exit(2);
}
const tally = await runFiles(files, suite);
for (const skipped of tally.skipped) console.log(`skipped: ${skipped}`);
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped`);
process.exitCode = exitCodeOf(tally);
