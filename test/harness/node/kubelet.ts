/** kubelet: the node's agent. Gets the runtime's socket and certificates; the node then registers itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { componentKubeconfig } from '../control-plane/access.ts';
import { writeWhole } from '../files.ts';
import { networksOf, serverForNode } from '../instance/addresses.ts';
import type { Instance } from '../instance/registry.ts';
import { Pki } from '../pki/authority-store.ts';
import { cgroupOf } from './cgroups.ts';
import { socketOf } from './containerd.ts';
import type { Enclosure } from './enclosure.ts';

/** The one node's name, and the zone that its label says it is in. */
export const nodeName = 'node-1';
export const nodeZone = 'zone-a';

/** Starts it. Readiness shows in the Node object. */
export async function startKubelet(instance: Instance, enclosure: Enclosure, program: string): Promise<void> {
  const { folder } = instance;
  const { nodeAddress } = networksOf(instance.index);
  mkdirSync(join(folder, 'kubelet'), { recursive: true });
  // A node without a way out: names outside the cluster do not resolve.
  writeFileSync(join(folder, 'kubelet/resolv.conf'), 'nameserver 127.0.0.1\n');
  const pki = new Pki(folder);
  pki.issue('kubelet-server', { commonName: nodeName, hosts: [nodeName, nodeAddress] });
  const config = join(folder, 'kubelet/config.yaml');
  writeWhole(config, stringify(kubeletConfig(instance, pki)));
  const subject = { commonName: `system:node:${nodeName}`, organisations: ['system:nodes'] };
  const kubeconfig = componentKubeconfig(instance, 'kubelet', subject, serverForNode(instance.index));
  await enclosure.start('kubelet', [
    program,
    ...['--config', config, '--kubeconfig', kubeconfig],
    ...['--hostname-override', nodeName, '--node-ip', nodeAddress],
    ...['--root-dir', join(folder, 'kubelet'), '--cert-dir', join(folder, 'kubelet/pki')],
    ...['--node-labels', `topology.kubernetes.io/zone=${nodeZone}`],
  ]);
}

function kubeletConfig(instance: Instance, pki: Pki): unknown {
  const { folder, index } = instance;
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    failCgroupV1: false, // 1.36 refuses control groups of version 1 otherwise
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroupOf(instance),
    enforceNodeAllocatable: [],
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    podLogsDir: join(folder, 'pod-logs'),
    volumePluginDir: join(folder, 'kubelet/volume-plugins'),
    clusterDNS: [networksOf(index).dnsService],
    clusterDomain: 'cluster.local',
    resolvConf: join(folder, 'kubelet/resolv.conf'),
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: pki.path('ca.crt') } },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki.path('kubelet-server.crt'),
    tlsPrivateKeyFile: pki.path('kubelet-server.key'),
    containerRuntimeEndpoint: `unix://${socketOf(folder)}`,
    maxPods: 240, // addresses in a /24
    // There is no registry to take an image from again, and the disk is the developer's own.
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '0%',
      'imagefs.available': '0%',
      'nodefs.inodesFree': '0%',
    },
    syncFrequency: '1s',
    eventRecordQPS: 0,
    serializeImagePulls: false,
    shutdownGracePeriod: '0s',
  };
}
