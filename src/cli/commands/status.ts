/** `status`: gets a cluster; prints its RouteServerConfigs with what the operator says about them. */
import { Command } from 'commander';
import { decodeRouteServerConfig } from '../../api/index.ts';
import { isNotFound, keyOf, KubeClient, kinds, loadKubeConfig } from '../../kube/index.ts';
import type { ClusterConfig, KubeObject } from '../../kube/index.ts';
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

async function run(
  name: string | undefined,
  settings: StatusSettings,
  { out, err, clock }: Surroundings,
): Promise<void> {
  if (name !== undefined && settings.allNamespaces) throw new Failure(`give -n with the name ${name}, not -A`);
  const config = connect(settings);
  try {
    const namespace = settings.allNamespaces ? '' : (settings.namespace ?? config.namespace);
    const objects = await read(config, namespace, name);
    if (settings.output === 'json') out(json({ apiVersion: 'v1', kind: 'List', items: objects }));
    else if (objects.length > 0) out(statusText(objects.map(seen), clock.now()));
    else
      err(
        `no RouteServerConfig ${namespace === '' ? 'in any namespace' : `in namespace ${namespace}; -A looks in all`}\n`,
      );
  } finally {
    await config.close();
  }
}

function connect({ kubeconfig, context }: StatusSettings): ClusterConfig {
  try {
    return loadKubeConfig({
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    });
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error));
  }
}

async function read(config: ClusterConfig, namespace: string, name?: string): Promise<readonly KubeObject[]> {
  const client = new KubeClient({ config, userAgent: 'kubectl-routesrv' });
  const kind = kinds.RouteServerConfig;
  try {
    if (name !== undefined) return [await client.get(kind, { namespace, name })];
    const { items } = await client.list(kind, namespace === '' ? {} : { namespace });
    return items;
  } catch (error) {
    // Of a kind that it does not know, the API server says nothing but 404.
    const hint =
      name === undefined && isNotFound(error) ? '; is the CRD routeserverconfigs.routesrv.dev installed?' : '';
    throw new Failure(`${error instanceof Error ? error.message : String(error)}${hint}`);
  }
}

function seen(object: KubeObject): SeenConfig {
  const decoded = decodeRouteServerConfig(object);
  const { namespace, name } = keyOf(object);
  return decoded.ok ? { namespace, name, config: decoded.config } : { namespace, name, problems: decoded.problems };
}
