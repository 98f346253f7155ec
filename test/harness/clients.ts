/** kubectl and helm, aimed at one cluster. */
import type { Cluster } from './cluster.ts';
import { runOrThrow, which } from './processes/run.ts';
import type { RunOptions } from './processes/run.ts';
import { ensure, findProgram } from './programs/ensure.ts';
import { until } from './wait.ts';

/**
 * Runs kubectl as administrator of the cluster and gives its standard output.
 * `options.input` is its standard input, for `apply -f -`.
 * @throws TestBedError with kubectl's complaint.
 */
export async function kubectl(cluster: Cluster, args: readonly string[], options?: RunOptions): Promise<string> {
  const target = ['--kubeconfig', cluster.kubeconfigPath, ...(cluster.context ? ['--context', cluster.context] : [])];
  return runOrThrow(await clientProgram('kubectl'), [...target, ...args], options);
}

/** Runs helm against the cluster and gives its standard output. Builds helm when it is nowhere. */
export async function helm(cluster: Cluster, args: readonly string[], options?: RunOptions): Promise<string> {
  const target = [
    ...['--kubeconfig', cluster.kubeconfigPath],
    ...(cluster.context ? ['--kube-context', cluster.context] : []),
  ];
  return runOrThrow(await clientProgram('helm'), [...args, ...target], options);
}

/** Applies CustomResourceDefinitions (files or folders of them) and waits until the API server serves them. */
export async function installCrds(cluster: Cluster, paths: readonly string[]): Promise<void> {
  const files = paths.flatMap((path) => ['-f', path]);
  await kubectl(cluster, ['apply', '--server-side', ...files]);
  // Not `kubectl wait`: it fails at once on a definition so new that it has no conditions.
  const what = `${paths.join(', ')} to be established`;
  await until({ what, deadlineMs: 60_000, intervalMs: 200 }, async () => {
    const shown = JSON.parse(await kubectl(cluster, ['get', ...files, '-o', 'json'])) as Definition | Definitions;
    return ('items' in shown ? shown.items : [shown]).every(isEstablished);
  });
}

interface Definition {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
interface Definitions {
  readonly items: readonly Definition[];
}

function isEstablished({ status }: Definition): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True') ?? false;
}

/** Path of kubectl or helm. Any version will do for a client: what the user has installed saves a build. */
export async function clientProgram(name: 'kubectl' | 'helm'): Promise<string> {
  return findProgram(name) ?? which(name) ?? (await ensure([name]))[name];
}
