/** `compile`: gets manifests and the route server's flags; prints the table that they make, or what is wrong. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { compile, compileOptions, Complaints, readFlags } from '../../compile/index.ts';
import type { ClusterState, CompileOptions } from '../../compile/index.ts';
import { printRoute, printRoutes } from '../../eskip/index.ts';
import type { Route } from '../../eskip/index.ts';
import { Failure } from '../failure.ts';
import { clusterOf } from '../manifest/cluster-of.ts';
import { readDefaultFilters } from '../manifest/default-filters.ts';
import type { LocatedProblem } from '../manifest/located-problem.ts';
import { readManifestFiles } from '../manifest/manifest-files.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import type { Manifest } from '../manifest/read-manifests.ts';
import { exitCodes } from '../surroundings.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { json, outputOption } from '../view/output-format.ts';
import type { OutputFormat } from '../view/output-format.ts';
import { problemCount, problemLines, problemValues } from '../view/problems.ts';

interface CompileSettings {
  readonly filename: readonly string[];
  readonly recursive?: true;
  readonly namespace: string;
  readonly problems?: true;
  readonly strict?: true;
  readonly output: OutputFormat;
}

interface Flags {
  readonly options: CompileOptions;
  readonly onlyNamespace: string;
}

interface Outcome {
  readonly routes: readonly Route[];
  readonly problems: readonly LocatedProblem[];
  /** What may surprise in the whole, though nothing is wrong with any object. */
  readonly remarks: readonly string[];
}

const flagsHelp = `
Skipper's flags decide what routes look like, as they do for the route server: take over its args
as they are.
  -enable-kubernetes-endpointslices, -kubernetes-path-mode=…, -default-filters-dir=…,
  -config-file=…, and so on

Exit code: 0; with --strict, 1 when there are errors; 2 when the manifests or the flags cannot be
read.`;

/** @param routeServerArgs the args that `sortCompileArgs` took out */
export function compileCommand(
  routeServerArgs: readonly string[],
  surroundings: Surroundings,
  done: (code: ExitCode) => void,
): Command {
  return new Command('compile')
    .summary('print the table of routes that manifests make, without a cluster')
    .description(
      'Prints the table of routes that a route server would serve if these manifests were the cluster. ' +
        'Problems are told beside it.',
    )
    .usage("-f FILE|DIR… [options] [Skipper's flags]")
    .requiredOption(
      '-f, --filename <path...>',
      'manifests in YAML or JSON; of a directory *.yaml, *.yml, *.json; - for stdin',
    )
    .option('-R, --recursive', 'go into directories below the given ones')
    .option('-n, --namespace <name>', 'namespace of objects that name none', 'default')
    .option('--problems', 'print the problems in place of the table')
    .option('--strict', 'exit with 1 when there are errors')
    .addOption(outputOption())
    .addHelpText('after', flagsHelp)
    .action(async (settings: CompileSettings) => {
      done(await run(settings, routeServerArgs, surroundings));
    });
}

async function run(settings: CompileSettings, args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const flags = await flagsOf(args, surroundings);
  const texts = await readManifestFiles(settings.filename, { ...settings, stdin: surroundings.stdin });
  const read = texts.map(readManifests);
  const mistakes = read.flatMap((one) => one.mistakes);
  if (mistakes.length > 0) throw new Failure(...mistakes);
  const outcome = compileManifests(
    read.flatMap(({ manifests }) => manifests),
    settings.namespace,
    flags,
  );
  show(outcome, settings, surroundings);
  const hasErrors = outcome.problems.some(({ severity }) => severity === 'error');
  return settings.strict && hasErrors ? exitCodes.found : exitCodes.ok;
}

async function flagsOf(args: readonly string[], { err }: Surroundings): Promise<Flags> {
  const { values, problems, ignoredKeys } = readFlags(args, (path) => readFileSync(path, 'utf8'));
  const complaints = new Complaints();
  const options = compileOptions(values, complaints);
  const all = [...problems, ...complaints.messages];
  if (all.length > 0) throw new Failure(...all);
  for (const key of ignoredKeys) err(`note: -config-file: ${key} is no flag and is passed over\n`);
  const defaultFilters = await readDefaultFilters(values.text('default-filters-dir'));
  return { options: { ...options, defaultFilters }, onlyNamespace: values.text('kubernetes-namespace') };
}

function compileManifests(manifests: readonly Manifest[], defaultNamespace: string, flags: Flags): Outcome {
  const cluster = clusterOf(manifests, { defaultNamespace, onlyNamespace: flags.onlyNamespace });
  const { routes, problems } = compile(cluster.state, flags.options);
  const located = problems.map((problem) => ({ ...problem, place: cluster.placeOf(problem.object, problem.field) }));
  return { routes, problems: [...cluster.problems, ...located], remarks: remarksOn(cluster.state, flags.options) };
}

/** The wrong directory, and the manifests of a repository, which know no pods: both look like a table at first. */
function remarksOn(state: ClusterState, { endpointSlices, forceService }: CompileOptions): readonly string[] {
  if (state.ingresses.length + state.routeGroups.length === 0) return ['there is no Ingress and no RouteGroup'];
  // As in Skipper, the flag is for Ingresses only.
  const needsPods = state.services.length > 0 && (!forceService || state.routeGroups.length > 0);
  const pods = endpointSlices ? state.endpointSlices : state.endpoints;
  if (!needsPods || pods.length > 0) return [];
  if (!endpointSlices && state.endpointSlices.length > 0) {
    return ['EndpointSlices are read with -enable-kubernetes-endpointslices only, and there are no Endpoints'];
  }
  const kind = endpointSlices ? 'EndpointSlices' : 'Endpoints';
  const remedy = 'add them, or let routes of Ingresses name Services with -kubernetes-force-service';
  return [`there are no ${kind}, so Services have no pods: ${remedy}`];
}

function show({ routes, problems, remarks }: Outcome, settings: CompileSettings, { out, err }: Surroundings): void {
  if (settings.output === 'json') {
    const table = routes.map((route) => ({ id: route.id, eskip: printRoute(route) }));
    out(json({ ...(settings.problems ? {} : { routes: table }), problems: problemValues(problems) }));
    return;
  }
  const lines = problemLines(problems);
  if (settings.problems) out(lines);
  else {
    out(routes.length > 0 ? `${printRoutes(routes)}\n` : '');
    err(lines);
  }
  for (const remark of remarks) err(`note: ${remark}\n`);
  if (problems.length > 0) err(`${problemCount(problems)}\n`);
}
