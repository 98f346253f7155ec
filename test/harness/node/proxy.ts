/** kube-proxy: makes Service addresses work, with nft tables of the enclosure's own network. */
import { componentKubeconfig } from '../control-plane/access.ts';
import { networksOf, serverForNode } from '../instance/addresses.ts';
import type { Instance } from '../instance/registry.ts';
import type { Enclosure } from './enclosure.ts';
import { nodeName } from './kubelet.ts';

/** Starts it. */
export async function startProxy(instance: Instance, enclosure: Enclosure, program: string): Promise<void> {
  const { podCidr, nodeAddress } = networksOf(instance.index);
  const kubeconfig = componentKubeconfig(
    instance,
    'kube-proxy',
    { commonName: 'system:kube-proxy' },
    serverForNode(instance.index),
  );
  await enclosure.start('kube-proxy', [
    program,
    ...['--kubeconfig', kubeconfig],
    ...['--proxy-mode', 'nftables', '--cluster-cidr', podCidr],
    ...['--hostname-override', nodeName, '--bind-address', nodeAddress],
    // Connection tracking is sized for the whole machine: zero leaves it alone.
    ...['--conntrack-max-per-core', '0', '--conntrack-tcp-timeout-established', '0s'],
    ...['--conntrack-tcp-timeout-close-wait', '0s'],
  ]);
}
