/** `drill`: gets a config; prints what the operator would do now if something failed. Nothing is changed. */
import { Command } from 'commander';
import { Failure } from '../failure.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../surroundings.ts';
import { drillText } from '../view/drill.ts';
import { json, outputOption, type OutputFormat } from '../view/output-format.ts';

interface DrillSettings {
  readonly config: string;
  readonly dryRun?: true;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly output: OutputFormat;
}

export function drillCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return new Command('drill')
    .summary('show what the operator would do if something failed')
    .description('Shows what the operator would do now if something failed. Changes nothing.')
    .addCommand(fallbackCommand(surroundings, done));
}

function fallbackCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return new Command('fallback')
    .summary('if the route server failed')
    .description('Shows how many Skippers would go back to their own data client if the route server failed now.')
    .requiredOption('--config <name>', 'the RouteServerConfig')
    .option('--dry-run', 'say it and do nothing; required, for there is nothing else')
    .option('--kubeconfig <path>', 'the kubeconfig; default as kubectl')
    .option('--context <name>', 'context of the kubeconfig')
    .option('-n, --namespace <name>', 'namespace; default that of the context')
    .addOption(outputOption())
    .action(async (settings: DrillSettings) => {
      done(await run(settings, surroundings));
    });
}

/** 0 when Skippers would go back, 1 when something keeps them from it. */
async function run(
  { config: name, dryRun, output, ...wanted }: DrillSettings,
  { out, clock }: Surroundings,
): Promise<ExitCode> {
  if (dryRun === undefined) {
    throw new Failure('give --dry-run: a drill only says what would happen, it never takes a route server away');
  }
  // The client of Kubernetes takes most of a second to load, and CI calls the other commands often.
  const { readDrill } = await import('../cluster/read-drill.ts');
  const { config, drill } = await readDrill({ ...wanted, name }, clock.now());
  const { namespace } = config.metadata;
  out(output === 'json' ? json({ namespace, name, ...drill }) : drillText(config, drill));
  return drill.wouldFallBack ? exitCodes.ok : exitCodes.found;
}
