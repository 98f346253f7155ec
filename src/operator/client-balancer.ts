/**
 * Gets what was seen; makes the ConfigMap with the client balancer's toggles be what the spec says.
 *
 * In every mode and without a fleet, too: it concerns callers, and no Skipper. It goes with its config, by its owner.
 */
import { desiredClientBalancer } from '../manifests/index.ts';
import type { Hands } from './carry-out.ts';
import type { Sighting } from './observe.ts';

/** @throws OperatorError when a ConfigMap of that name is not ours */
export async function publishToggles(
  { applier, world }: Pick<Hands, 'applier' | 'world'>,
  { config }: Pick<Sighting, 'config'>,
): Promise<void> {
  const { metadata, spec } = config;
  if (spec.suspend || metadata.deletionTimestamp !== undefined) return;
  const wanted = desiredClientBalancer(config);
  const manifests = wanted === undefined ? [] : [wanted];
  const present = world.owned(metadata, 'client-balancer');
  await applier.apply(manifests, present);
  await applier.prune(manifests, present);
}
