/** `diff`: gets two tables; prints in what they differ. */
import { Command } from 'commander';
import { normalise, parseRoutes, printRoute } from '../../eskip/index.ts';
import { compareTexts, toleranceProblems } from '../../shadow/index.ts';
import type { Comparison, Tolerance } from '../../shadow/index.ts';
import { Failure } from '../failure.ts';
import { exitCodes } from '../surroundings.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { mistakeIn } from '../table/check-table.ts';
import { isLive, readTable } from '../table/read-table.ts';
import type { NamedTable, TableSourceOptions } from '../table/read-table.ts';
import { surviving } from '../table/surviving.ts';
import { differenceText, differenceValue, isDifferent } from '../view/difference.ts';
import type { RouteTexts } from '../view/difference.ts';
import { json, outputOption } from '../view/output-format.ts';
import type { OutputFormat } from '../view/output-format.ts';

interface DiffSettings {
  readonly tolerate: readonly Tolerance[];
  readonly routes?: true;
  readonly timeout: number;
  readonly settle: number;
  readonly output: OutputFormat;
}

/** The classes that two tables by themselves can show; a rejected route needs a third one. */
const classes = ['EndpointLag', 'Missing', 'Extra', 'Filters', 'Predicates', 'Backend'] as const;

const tablesHelp = `
A and B are files, - for stdin, or URLs: of a route server (http://routesrv:9990), or of the support listener of a
Skipper (http://10.2.0.7:9911), whose table is read whole. Compare like with like: a route server's table holds what
was compiled, a Skipper's what it has put to use, without the routes that it rejected.

Exit code: 0 when they mean the same, 1 when they differ, 2 when they cannot be compared.`;

export function diffCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return new Command('diff')
    .summary('compare two tables of routes by what they mean')
    .description(
      'Compares two tables route by route. The order of routes and predicates and the spelling do not count. ' +
        'Arguments that may be credentials are shown as … .',
    )
    .argument('<A>', 'a table: file, URL, or - for stdin')
    .argument('<B>', 'another one')
    .option('--tolerate <class[=regexp]>', `let routes differ in ${classes.join(', ')}; repeatable`, addTolerance, [])
    .option('--routes', 'print differing routes in full, secrets in them included')
    .option('--timeout <seconds>', 'limit for reading a URL', secondsOf, 60)
    .option('--settle <seconds>', 'when two servers differ, look again after this time; 0: do not', settleOf, 5)
    .addOption(outputOption())
    .addHelpText('after', tablesHelp)
    .action(async (a: string, b: string, settings: DiffSettings) => {
      done(await run([a, b], settings, surroundings));
    });
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new Failure(`--timeout: expected seconds above zero, found ${JSON.stringify(text)}`);
}

function settleOf(text: string): number {
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  if (seconds >= 0 && Number.isFinite(seconds)) return seconds;
  throw new Failure(`--settle: expected seconds, or 0 to look once, found ${JSON.stringify(text)}`);
}

function addTolerance(text: string, before: readonly Tolerance[]): readonly Tolerance[] {
  const [, word, route] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const known = classes.find((one) => one === word);
  if (known === undefined) {
    throw new Failure(`--tolerate: expected one of ${classes.join(', ')}, found ${JSON.stringify(word)}`);
  }
  const tolerance = { class: known, ...(route === undefined ? {} : { route }) };
  if (toleranceProblems([tolerance]).length > 0) {
    throw new Failure(`--tolerate: ${JSON.stringify(route)} is no regular expression in Go's syntax`);
  }
  return [...before, tolerance];
}

type Sources = readonly [a: string, b: string];

/** Two tables, and in what they differ. */
interface Look {
  readonly a: NamedTable;
  readonly b: NamedTable;
  readonly comparison: Comparison;
}

async function run(sources: Sources, settings: DiffSettings, surroundings: Surroundings): Promise<ExitCode> {
  const [sourceA, sourceB] = sources;
  if (sourceA === '-' && sourceB === '-') throw new Failure('only one of the tables can come from stdin');
  const { a, b, comparison } = await settledLook(sources, settings, surroundings);
  const names = { a: a.name, b: b.name };
  if (settings.output === 'json') surroundings.out(json(differenceValue(comparison, names)));
  else surroundings.out(differenceText(comparison, names, settings.routes ? routeTexts(a, b) : undefined));
  return isDifferent(comparison.counts) ? exitCodes.found : exitCodes.ok;
}

/** Two servers that differ are looked at once more: a change reaches one before the other. */
async function settledLook(sources: Sources, settings: DiffSettings, { stdin, clock }: Surroundings): Promise<Look> {
  const options = { stdin, timeoutMs: settings.timeout * 1_000 };
  const first = await look(sources, options, settings);
  const mayBeBetween = sources.every(isLive) && settings.settle > 0;
  if (!mayBeBetween || !isDifferent(first.comparison.counts)) return first;
  await clock.sleep(settings.settle * 1_000);
  const second = await look(sources, options, settings);
  return { ...second, comparison: surviving(first.comparison, second.comparison) };
}

async function look([sourceA, sourceB]: Sources, options: TableSourceOptions, settings: DiffSettings): Promise<Look> {
  const [a, b] = await Promise.all([readTable(sourceA, options), readTable(sourceB, options)]);
  return { a, b, comparison: compare(a, b, settings) };
}

function compare(a: NamedTable, b: NamedTable, { tolerate }: DiffSettings): Comparison {
  const expectedRoutes = {
    ...(a.expectedRoutes === undefined ? {} : { direct: a.expectedRoutes }),
    ...(b.expectedRoutes === undefined ? {} : { routeServer: b.expectedRoutes }),
  };
  const evidence = compareTexts(a.text, b.text, { tolerate, maxSamples: Infinity, expectedRoutes });
  if (evidence.outcome === 'compared') return evidence.comparison;
  const mistakes = [a, b].map(mistakeIn).filter((mistake) => mistake !== undefined);
  throw new Failure(...(mistakes.length > 0 ? mistakes : [evidence.message]));
}

function routeTexts(a: NamedTable, b: NamedTable): RouteTexts {
  const [inA, inB] = [textsById(a), textsById(b)];
  return (routeId) => ({ a: inA.get(routeId), b: inB.get(routeId) });
}

function textsById({ text }: NamedTable): ReadonlyMap<string, string> {
  const parsed = parseRoutes(text);
  return new Map(parsed.ok ? parsed.routes.map((route) => [route.id, printRoute(normalise(route))]) : []);
}
