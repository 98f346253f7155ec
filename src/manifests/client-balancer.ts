/** Gets a config. Gives the ConfigMap with the toggles of the client-side load balancer. */
import type { RouteServerConfig } from '../api/index.ts';
import { clientBalancerName, ownedMetadata } from './names.ts';
import type { KubeObject } from './types.ts';

/** The key of the ConfigMap, and so the name of the file where it is mounted. */
const TOGGLES_FILE = 'client-balancer.json';

/** The ConfigMap; `undefined` when `spec.clientBalancer` is unset. */
export function desiredClientBalancer(config: RouteServerConfig): KubeObject | undefined {
  const { clientBalancer } = config.spec;
  if (clientBalancer === undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMetadata(config, clientBalancerName(config), 'client-balancer'),
    data: { [TOGGLES_FILE]: `${JSON.stringify(togglesOf(clientBalancer), null, 2)}\n` },
  };
}

/** Every toggle of the spec under its own name: a new one needs no change here. Where they are kept is none. */
function togglesOf(spec: NonNullable<RouteServerConfig['spec']['clientBalancer']>): object {
  const toggles = Object.entries(spec).filter(([name]) => name !== 'configMapName');
  // In one order: the text is compared with what was applied.
  return Object.fromEntries(toggles.toSorted(([one], [other]) => one.localeCompare(other)));
}
