/** Gets what the operator was told about its cluster, gives the cluster's tier. */
import { Cursor, formatKey, kinds, parseKey, type KubeClient } from '../kube/index.ts';

/**
 * The flag wins over the ConfigMap; `undefined` when neither is given.
 * @param configMap `NAMESPACE/NAME`, or `''`
 * @throws Error naming the ConfigMap when it or its key `tier` is missing: a cluster of an unknown tier that was meant
 *   to have one must not follow the top-level fields
 */
export async function readTier(client: KubeClient, tier: string, configMap: string): Promise<string | undefined> {
  if (tier !== '') return tier;
  if (configMap === '') return undefined;
  const key = parseKey(configMap);
  const found = await client.find(kinds.ConfigMap, key);
  const at = new Cursor(found, `ConfigMap ${formatKey(key)} (--tier-config-map)`);
  if (found === undefined) throw new Error(`ConfigMap ${formatKey(key)} (--tier-config-map) does not exist: create it`);
  return at.field('data').field('tier').string();
}
