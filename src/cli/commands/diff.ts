/** `diff`: gets two tables; prints in what they differ. */
import { Command } from 'commander';
import { normalise, parseRoutes, printRoute } from '../../eskip/index.ts';
import { compareTexts, toleranceProblems } from '../../shadow/index.ts';
import type { Comparison, Tolerance } from '../../shadow/index.ts';
import { Failure } from '../failure.ts';
import { exitCodes } from '../surroundings.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { mistakeIn } from '../table/check-table.ts';
import type { NamedTable } from '../table/read-table.ts';
import { surviving } from '../table/surviving.ts';
import { differenceText, differenceValue, isDifferent, asideText } from '../view/difference.ts';
import type { RouteTexts } from '../view/difference.ts';
import { json, outputOption } from '../view/output-format.ts';
import type { OutputFormat } from '../view/output-format.ts';
import { tablePair } from './diff-config.ts';
import type { TableNaming, TablePair } from './diff-config.ts';

interface DiffSettings extends TableNaming {
  readonly tolerate: readonly Tolerance[];
  readonly routes?: true;
  readonly timeout: number;
  readonly settle: number;
  readonly output: OutputFormat;
}

/** The classes that tables can show; what was rejected is known with --config only. */
const classes = ['EndpointLag', 'Missing', 'Extra', 'Filters', 'Predicates', 'Backend', 'RejectedBySkipper'] as const;

const tablesHelp = `
A and B are files, - for stdin, or URLs: of a route server (http://routesrv:9990), or of the
support listener of a Skipper (http://10.2.0.7:9911), whose table is read whole. Compare like with
like: a route server's table holds what was compiled, a Skipper's what it has put to use, without
the routes that it rejected.

With --config the tables are read through the API server, which takes get on pods and on
pods/proxy; what spec.shadow.tolerate declares is listed and does not count, nor do the routes
that Skipper was given and rejected, each listed with its reason.

Exit code: 0 when they mean the same, 1 when they differ, 2 when they cannot be compared.`;

export function diffCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return new Command('diff')
    .summary('compare two tables of routes by what they mean')
    .description(
      'Compares two tables route by route. The order of routes and predicates and the spelling do not count. ' +
        'Arguments that may be credentials are shown as … .',
    )
    .argument('[A]', 'a table: file, URL, or - for stdin')
    .argument('[B]', 'another one')
    .option('--config <name>', 'instead: the two Skippers that the operator compares for this RouteServerConfig')
    .option('--kubeconfig <path>', 'with --config: the kubeconfig; default as kubectl')
    .option('--context <name>', 'with --config: context of the kubeconfig')
    .option('-n, --namespace <name>', 'with --config: namespace; default that of the context')
    .option('--tolerate <class[=regexp]>', `let routes differ in ${classes.join(', ')}; repeatable`, addTolerance, [])
    .option('--routes', 'print differing routes in full, secrets in them included')
    .option('--timeout <seconds>', 'limit for reading a URL', secondsOf, 60)
    .option('--settle <seconds>', 'when two servers differ, look again after this time; 0: do not', settleOf, 5)
    .addOption(outputOption())
    .addHelpText('after', tablesHelp)
    .action(async (a: string | undefined, b: string | undefined, settings: DiffSettings) => {
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

/** Two tables, and in what they differ. */
interface Look {
  readonly a: NamedTable;
  readonly b: NamedTable;
  readonly comparison: Comparison;
}

async function run(
  sources: readonly [string | undefined, string | undefined],
  settings: DiffSettings,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdin, out, clock } = surroundings;
  const pair = tablePair(sources, namingIn(settings), { stdin, timeoutMs: settings.timeout * 1_000 });
  const { a, b, comparison } = await settledLook(pair, settings, clock);
  const names = { a: a.name, b: b.name };
  const ofConfig = settings.config !== undefined;
  if (settings.output === 'json') out(json(differenceValue(comparison, names, ofConfig)));
  else {
    out(differenceText(comparison, names, settings.routes ? routeTexts(a, b) : undefined));
    if (ofConfig) out(asideText(comparison, b.name));
  }
  return isDifferent(comparison.counts) ? exitCodes.found : exitCodes.ok;
}

function namingIn({ config, kubeconfig, context, namespace }: DiffSettings): TableNaming {
  const naming = Object.entries({ config, kubeconfig, context, namespace });
  return Object.fromEntries(naming.filter(([, value]) => value !== undefined));
}

/** Two servers that differ are looked at once more: a change reaches one before the other. */
async function settledLook(pair: TablePair, settings: DiffSettings, clock: Surroundings['clock']): Promise<Look> {
  const first = await look(pair, settings);
  const mayBeBetween = pair.isLive && settings.settle > 0;
  if (!mayBeBetween || !isDifferent(first.comparison.counts)) return first;
  await clock.sleep(settings.settle * 1_000);
  const second = await look(pair, settings);
  return { ...second, comparison: surviving(first.comparison, second.comparison) };
}

async function look(pair: TablePair, settings: DiffSettings): Promise<Look> {
  const { a, b, declared } = await pair.read();
  return { a, b, comparison: compare(a, b, [...declared, ...settings.tolerate]) };
}

function compare(a: NamedTable, b: NamedTable, tolerate: readonly Tolerance[]): Comparison {
  const expectedRoutes = {
    ...(a.expectedRoutes === undefined ? {} : { direct: a.expectedRoutes }),
    ...(b.expectedRoutes === undefined ? {} : { routeServer: b.expectedRoutes }),
  };
  const evidence = compareTexts(a.text, b.text, { ...rejectedOf(b), tolerate, maxSamples: Infinity, expectedRoutes });
  if (evidence.outcome === 'compared') return evidence.comparison;
  const mistakes = [a, b].map(mistakeIn).filter((mistake) => mistake !== undefined);
  throw new Failure(...(mistakes.length > 0 ? mistakes : [evidence.message]));
}

const rejectedOf = ({ rejected }: NamedTable) => (rejected === undefined ? {} : { rejected });

function routeTexts(a: NamedTable, b: NamedTable): RouteTexts {
  const [inA, inB] = [textsById(a), textsById(b)];
  return (routeId) => ({ a: inA.get(routeId), b: inB.get(routeId) });
}

function textsById({ text }: NamedTable): ReadonlyMap<string, string> {
  const parsed = parseRoutes(text);
  return new Map(parsed.ok ? parsed.routes.map((route) => [route.id, printRoute(normalise(route))]) : []);
}
