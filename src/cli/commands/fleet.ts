/** `fleet`: gets several clusters; prints where their fleets stand, in one table. */
import { Command } from 'commander';
import type { SeenCluster } from '../cluster/read-clusters.ts';
import { exitCodes } from '../surroundings.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { fleetRow, fleetText } from '../view/fleet.ts';
import { json, outputOption } from '../view/output-format.ts';
import type { OutputFormat } from '../view/output-format.ts';
import { contextsOption } from './clusters-option.ts';

interface FleetSettings {
  readonly contexts: readonly string[];
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly output: OutputFormat;
}

const help = `
Exit code: 0 when every cluster was seen, 1 when some were not, 2 when none was.`;

export function fleetCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return new Command('fleet')
    .summary("show every cluster's tier, mode, percentage, verdict and bake")
    .description('Shows the RouteServerConfigs of several clusters in one table.')
    .addOption(contextsOption().makeOptionMandatory())
    .option('--kubeconfig <path>', 'the kubeconfig; default as kubectl')
    .option('-n, --namespace <name>', 'look in this namespace only')
    .addOption(outputOption())
    .addHelpText('after', help)
    .action(async ({ contexts, output, kubeconfig, namespace }: FleetSettings) => {
      // The client of Kubernetes takes most of a second to load, and CI calls the other commands often.
      const { readClusters } = await import('../cluster/read-clusters.ts');
      const clusters = await readClusters(contexts, {
        namespace: namespace ?? '',
        ...(kubeconfig === undefined ? {} : { kubeconfig }),
      });
      done(show(clusters, output, surroundings));
    });
}

function show(clusters: readonly SeenCluster[], output: OutputFormat, { out, err }: Surroundings): ExitCode {
  const unseen = clusters.filter(({ problems }) => problems.length > 0);
  if (output === 'json') {
    const fleets = clusters.flatMap(({ context, configs }) => configs.map((config) => fleetRow(context, config)));
    out(json({ fleets, unseen: unseen.map(({ context, problems }) => ({ cluster: context, problems })) }));
  } else out(fleetText(clusters));
  for (const { context, problems } of unseen) for (const problem of problems) err(`${context}: ${problem}\n`);
  if (unseen.length === 0) return exitCodes.ok;
  return unseen.length === clusters.length ? exitCodes.failed : exitCodes.found;
}
