/** What scenarios do with a cluster: apply, read, wait. All through kubectl, as a person would. */
import { kubectl } from '../clients.ts';
import type { Cluster } from '../cluster.ts';
import { until, type Wait } from '../wait.ts';
import type { Manifest } from './objects.ts';

export async function apply(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: manifests };
  await kubectl(cluster, ['apply', '--server-side', '-f', '-'], { input: JSON.stringify(list) });
}

/** `what` as kubectl takes it: `['deployment', 'skipper', '-n', 'shop']`. `undefined` when there is no such object. */
export async function get<T>(cluster: Cluster, what: readonly string[]): Promise<T | undefined> {
  const text = await kubectl(cluster, ['get', ...what, '-o', 'json', '--ignore-not-found']);
  return text.trim() === '' ? undefined : (JSON.parse(text) as T);
}

/** Waits until `probe` gives something; see `until`. Asks every half second, for each question starts a kubectl. */
export function eventually<T>(wait: Omit<Wait, 'intervalMs'>, probe: () => Promise<T | undefined | false>): Promise<T> {
  return until({ ...wait, intervalMs: 500 }, probe);
}

export async function rolledOut(cluster: Cluster, namespace: string, deployment: string): Promise<void> {
  await kubectl(cluster, ['-n', namespace, 'rollout', 'status', `deployment/${deployment}`, '--timeout=180s']);
}
