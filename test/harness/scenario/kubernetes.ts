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

interface Slices {
  readonly items: readonly { readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] }[];
}

/** Waits until the Service has `count` ready endpoints, which it has a while after its pods are ready. */
export async function endpointsReady(cluster: Cluster, ns: string, service: string, count: number): Promise<void> {
  const what = ['endpointslices', '-n', ns, '-l', `kubernetes.io/service-name=${service}`];
  await eventually({ what: `${count} ready endpoints of ${service}`, deadlineMs: 180_000 }, async () => {
    const endpoints = (await get<Slices>(cluster, what))?.items.flatMap(({ endpoints: some = [] }) => some) ?? [];
    return endpoints.filter(({ conditions }) => conditions?.ready === true).length >= count;
  });
}
