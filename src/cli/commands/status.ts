/** `status`: gets a cluster; prints its RouteServerConfigs with what the operator says about them. */
import { Command } from 'commander';
import { decodeRouteServerConfig } from '../../api/index.ts';
import type { FoundConfigs } from '../cluster/read-configs.ts';
import { Failure } from '../failure.ts';
import { exitCodes } from '../surroundings.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { json, outputOption } from '../view/output-format.ts';
import type { OutputFormat } from '../view/output-format.ts';
import { statusText } from '../view/status.ts';
import type { SeenConfig } from '../view/status.ts';

interface StatusSettings {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly allNamespaces?: true;
  readonly output: OutputFormat;
}

export function statusCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return new Command('status')
    .summary('show RouteServerConfigs and where their fleets stand')
    .description('Shows RouteServerConfigs: what is asked for, what is so, and every condition with its reason.')
    .argument('[name]', 'the only one to show')
    .option('--kubeconfig <path>', 'the kubeconfig; default as kubectl')
    .option('--context <name>', 'context of the kubeconfig')
    .option('-n, --namespace <name>', 'namespace; default that of the context')
    .option('-A, --all-namespaces', 'look in all namespaces')
    .addOption(outputOption())
    .action(async (name: string | undefined, settings: StatusSettings) => {
      await run(name, settings, surroundings);
      done(exitCodes.ok);
    });
}

async function run(name: string | undefined, settings: StatusSettings, surroundings: Surroundings): Promise<void> {
  const { output, allNamespaces, ...wanted } = settings;
  if (name !== undefined && allNamespaces) throw new Failure(`give -n with the name ${name}, not -A`);
  // The client of Kubernetes takes most of a second to load, and CI calls the other commands often.
  const { readConfigs } = await import('../cluster/read-configs.ts');
  const found = await readConfigs({
    ...wanted,
    ...(allNamespaces ? { namespace: '' } : {}),
    ...(name === undefined ? {} : { name }),
  });
  show(found, output, surroundings);
}

function show({ namespace, objects }: FoundConfigs, output: OutputFormat, { out, err, clock }: Surroundings): void {
  if (output === 'json') out(json({ apiVersion: 'v1', kind: 'List', items: objects }));
  else if (objects.length > 0) out(statusText(objects.map(seen), clock.now()));
  else
    err(`no RouteServerConfig in ${namespace === '' ? 'any namespace' : `namespace ${namespace}; -A looks in all`}\n`);
}

function seen(object: FoundConfigs['objects'][number]): SeenConfig {
  const { namespace = '', name } = object.metadata;
  const decoded = decodeRouteServerConfig(object);
  return decoded.ok ? { namespace, name, config: decoded.config } : { namespace, name, problems: decoded.problems };
}
