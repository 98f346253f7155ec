/** Whether a node works, seen from outside: packets to Service addresses, answered by pods and the API server. */
import { Resolver } from 'node:dns/promises';
import { findAccess } from '../control-plane/access.ts';
import { get } from '../control-plane/api.ts';
import { networksOf } from '../instance/addresses.ts';
import type { Instance } from '../instance/registry.ts';

/**
 * True when the API server answers under its Service address (network, kube-proxy) and CoreDNS under its own
 * (containerd, kubelet, a pod). Rejects with the reason otherwise.
 */
export async function answersOnServices(instance: Instance): Promise<boolean> {
  const access = findAccess(instance);
  if (!access) return false;
  const { apiServerService, dnsService } = networksOf(instance.index);
  const { status } = await get({ ...access, server: `https://${apiServerService}` }, '/readyz');
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([dnsService]);
  const addresses = await resolver.resolve4('kubernetes.default.svc.cluster.local');
  return status === 200 && addresses.includes(apiServerService);
}
