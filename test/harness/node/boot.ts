/**
 * Boots a node beside the control plane: an enclosure with containerd, kubelet and kube-proxy, and CoreDNS on it.
 * Returns when a pod's name is resolved through a Service address: node, network, proxy and DNS have all worked then.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl } from '../clients.ts';
import type { Cluster } from '../cluster.ts';
import { componentKubeconfig } from '../control-plane/access.ts';
import { writeWhole } from '../files.ts';
import { archiveOf } from '../images/archive.ts';
import { recipes } from '../images/catalog.ts';
import { importImage } from '../images/import.ts';
import { networksOf } from '../instance/addresses.ts';
import type { Instance } from '../instance/registry.ts';
import { logTail, startProcess } from '../processes/ledger.ts';
import type { ProgramPaths } from '../programs/ensure.ts';
import { until } from '../wait.ts';
import { cgroupOf, controllersOf, createCgroups } from './cgroups.ts';
import { runtimePrograms, startContainerd } from './containerd.ts';
import { coreDnsObjects } from './coredns.ts';
import { enclosureProcess, openEnclosure } from './enclosure.ts';
import type { Enclosure } from './enclosure.ts';
import { nodeName, startKubelet } from './kubelet.ts';
import { mask } from './masks.ts';
import { cableOf, connect } from './network.ts';
import { answersOnServices } from './probe.ts';
import { startProxy } from './proxy.ts';

/** Programs of a node, besides those of the control plane. */
export const nodePrograms = ['kube-scheduler', 'kubelet', 'kube-proxy', 'coredns', ...runtimePrograms] as const;

/** Names under which a node's processes are on record. */
export const nodeProcesses: readonly string[] = [
  enclosureProcess,
  ...['kube-scheduler', 'containerd', 'kubelet', 'kube-proxy'],
];

/** Opens the node's namespaces; the API server must be started after this, since its address lies on the cable. */
export async function prepareNode(instance: Instance): Promise<Enclosure> {
  const enclosure = await openEnclosure(instance.folder);
  await connect(enclosure, instance);
  await mask(enclosure, instance.folder);
  writeWhole(controllersOf(instance.folder), JSON.stringify(createCgroups(cgroupOf(instance))));
  return enclosure;
}

/** Starts the node's programs and waits until the cluster works. */
export async function startNode(
  instance: Instance,
  enclosure: Enclosure,
  parts: {
    readonly cluster: Cluster;
    readonly programs: ProgramPaths<(typeof nodePrograms)[number]>;
  },
): Promise<void> {
  const { cluster, programs } = parts;
  // The API server keeps seconds. Whatever heartbeat is older than this second is of an earlier life.
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000;
  startScheduler(instance, programs['kube-scheduler']);
  await startContainerd(instance, enclosure, programs);
  for (const recipe of [recipes.pause, recipes.coredns]) await importImage(instance.folder, await archiveOf(recipe));
  await startKubelet(instance, enclosure, programs.kubelet);
  await startProxy(instance, enclosure, programs['kube-proxy']);
  const dns = coreDnsObjects(networksOf(instance.index).dnsService, recipes.coredns.reference);
  await kubectl(cluster, ['apply', '-f', '-'], { input: JSON.stringify(dns) });
  await waitForNode(instance, cluster, startedAt);
  await waitForServices(instance);
}

/** Throws the cluster away but keeps the images that containerd has. Nothing of the instance may run. */
export function wipeCluster({ folder }: Instance): void {
  for (const part of ['etcd', 'kubelet', 'pod-logs', 'cni-addresses', 'pki', 'masks']) {
    rmSync(join(folder, part), { recursive: true, force: true });
  }
}

function startScheduler(instance: Instance, program: string): void {
  startProcess(instance.folder, 'kube-scheduler', [
    program,
    ...['--kubeconfig', componentKubeconfig(instance, 'kube-scheduler', { commonName: 'system:kube-scheduler' })],
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
async function waitForServices(instance: Instance): Promise<void> {
  const firewall = `Does a firewall of this machine drop what comes in on ${cableOf(instance)}?`;
  const explain = (): Promise<string> => Promise.resolve(`${firewall}\n${logTail(instance.folder, 'kube-proxy')}`);
  await until({ what: 'Service addresses to answer', deadlineMs: 90_000, intervalMs: 100, explain }, () =>
    answersOnServices(instance),
  );
}
