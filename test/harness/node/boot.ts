/**
 * Boots a node beside the control plane: an enclosure with containerd, kubelet and kube-proxy, and CoreDNS on it.
 * Returns when a pod's name is resolved through a Service address: node, network, proxy and DNS have all worked then.
 */
import { Resolver } from 'node:dns/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl } from '../clients.ts';
import type { Cluster } from '../cluster.ts';
import type { ControlPlane } from '../control-plane/boot.ts';
import { get } from '../control-plane/api.ts';
import { archiveOf } from '../images/archive.ts';
import { recipes } from '../images/catalog.ts';
import { importImage } from '../images/import.ts';
import { networksOf } from '../instance/addresses.ts';
import type { Instance } from '../instance/registry.ts';
import { logTail, startProcess } from '../processes/ledger.ts';
import type { ProgramPaths } from '../programs/ensure.ts';
import { until } from '../wait.ts';
import { cgroupOf, createCgroups } from './cgroups.ts';
import { runtimePrograms, startContainerd } from './containerd.ts';
import { coreDnsObjects } from './coredns.ts';
import { openEnclosure } from './enclosure.ts';
import type { Enclosure } from './enclosure.ts';
import { nodeName, startKubelet } from './kubelet.ts';
import { mask } from './masks.ts';
import { connect } from './network.ts';
import { startProxy } from './proxy.ts';

/** Programs of a node, besides those of the control plane. */
export const nodePrograms = ['kube-scheduler', 'kubelet', 'kube-proxy', 'coredns', ...runtimePrograms] as const;

/** Opens the node's namespaces; the API server must be started after this, since its address lies on the cable. */
export async function prepareNode(instance: Instance): Promise<Enclosure> {
  const enclosure = await openEnclosure(instance.folder);
  await connect(enclosure, instance.index, networksOf(instance.index));
  await mask(enclosure, instance.folder);
  createCgroups(cgroupOf(instance.id));
  return enclosure;
}

/** Starts the node's programs and waits until the cluster works. */
export async function startNode(
  instance: Instance,
  enclosure: Enclosure,
  parts: {
    readonly plane: ControlPlane;
    readonly cluster: Cluster;
    readonly programs: ProgramPaths<(typeof nodePrograms)[number]>;
  },
): Promise<void> {
  const { plane, cluster, programs } = parts;
  // The API server keeps seconds. Whatever heartbeat is older than this second is of an earlier life.
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000;
  startScheduler(instance, plane, programs['kube-scheduler']);
  await startContainerd(instance, enclosure, programs);
  for (const recipe of [recipes.pause, recipes.coredns]) await importImage(instance.folder, await archiveOf(recipe));
  await startKubelet(instance, enclosure, plane, programs.kubelet);
  await startProxy(instance, enclosure, plane, programs['kube-proxy']);
  const dns = coreDnsObjects(networksOf(instance.index).dnsService, recipes.coredns.reference);
  await kubectl(cluster, ['apply', '-f', '-'], { input: JSON.stringify(dns) });
  await waitForNode(instance, cluster, startedAt);
  await waitForServices(instance, plane);
}

/** Throws the cluster away but keeps the images that containerd has. Nothing of the instance may run. */
export function wipeCluster({ folder }: Instance): void {
  for (const part of ['etcd', 'kubelet', 'pod-logs', 'cni-addresses', 'pki', 'masks']) {
    rmSync(join(folder, part), { recursive: true, force: true });
  }
}

function startScheduler(instance: Instance, plane: ControlPlane, program: string): void {
  startProcess(instance.folder, 'kube-scheduler', [
    program,
    ...['--kubeconfig', plane.kubeconfigFor('kube-scheduler', { commonName: 'system:kube-scheduler' })],
    '--leader-elect=false',
    ...['--secure-port', '0'], // its fixed default would let one instance run per machine
  ]);
}

async function waitForNode(instance: Instance, cluster: Cluster, startedAt: number): Promise<void> {
  const explain = (): Promise<string> => Promise.resolve(logTail(instance.folder, 'kubelet'));
  const ready = `{range .status.conditions[?(@.type=="Ready")]}{.status} {.lastHeartbeatTime}{end}`;
  await until({ what: 'the node to be Ready', deadlineMs: 90_000, intervalMs: 200, explain }, async () => {
    const seen = await kubectl(cluster, ['get', 'node', nodeName, '-o', `jsonpath=${ready}`]);
    const [status, heartbeat = ''] = seen.split(' ');
    return status === 'True' && Date.parse(heartbeat) >= startedAt;
  });
}

// Objects tell what was so before a restart; packets do not.
async function waitForServices(instance: Instance, plane: ControlPlane): Promise<void> {
  const { apiServerService, dnsService } = networksOf(instance.index);
  const explain = (): Promise<string> => Promise.resolve(logTail(instance.folder, 'kube-proxy'));
  await until({ what: 'a Service address to answer', deadlineMs: 60_000, intervalMs: 100, explain }, async () => {
    const { status } = await get({ ...plane.access, server: `https://${apiServerService}` }, '/readyz');
    return status === 200;
  });
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([dnsService]);
  await until({ what: 'CoreDNS to answer', deadlineMs: 90_000, intervalMs: 100 }, async () => {
    const addresses = await resolver.resolve4('kubernetes.default.svc.cluster.local');
    return addresses.includes(apiServerService);
  });
}
