/** kubectl and helm, aimed at one cluster. */
import type { Cluster } from './cluster.ts';
import { runOrThrow, which } from './processes/run.ts';
import type { RunOptions } from './processes/run.ts';
import { ensure, findProgram } from './programs/ensure.ts';

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
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=60s', ...files]);
}

/** Path of kubectl or helm. Any version will do for a client: what the user has installed saves a build. */
export async function clientProgram(name: 'kubectl' | 'helm'): Promise<string> {
  return findProgram(name) ?? which(name) ?? (await ensure([name]))[name];
}
