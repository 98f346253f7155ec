/**
 * Gets what was seen and decided; makes it so, in the one order that never cuts a Skipper off: what Skippers need comes
 * first, then their wiring, and what they used goes last. Stops at the first failure; the next pass begins anew.
 */
import { FINALIZER, type RouteServerConfig } from '../api/index.ts';
import { keyOf, kinds, type JsonPatchOperation, type KubeClient, type KubeObject } from '../kube/index.ts';
import { unwireSkipper, wireSkipper, type KubeObject as Manifest } from '../manifests/index.ts';
import type { Intents, Presence } from '../rollout/index.ts';
import { FIELD_MANAGER, type Applier } from './applier.ts';
import type { Sighting } from './observe.ts';
import type { OwnedObject } from './world.ts';

export interface Hands {
  readonly client: KubeClient;
  readonly applier: Applier;
  /** Told of each object of somebody else's that was written, so that the next pass waits for its own write. */
  readonly onWritten: (written: KubeObject) => void;
}

export async function carryOut(hands: Hands, seen: Sighting, intents: Intents): Promise<void> {
  const { config, present, wanted } = seen;
  if (intents.finalizer === 'Present') await setFinalizer(hands, config, true);
  if (intents.routeServer === 'Present' && wanted !== undefined) {
    await hands.applier.apply(wanted.routeServer, present.routeServer);
    await hands.applier.prune(wanted.routeServer, present.routeServer);
  }
  await setPresence(hands, intents.fedSentinel, wanted?.fedSentinel, present.fedSentinel);
  await setPresence(hands, intents.directSentinel, wanted?.directSentinel, present.directSentinel);
  await setWiring(hands, seen, intents.skipperWiring);
  if (intents.routeServer === 'Absent') await hands.applier.prune([], present.routeServer);
  if (intents.finalizer === 'Absent') await setFinalizer(hands, config, false);
}

async function setPresence(
  { applier }: Hands,
  presence: Presence,
  manifest: Manifest | undefined,
  present: readonly OwnedObject[],
): Promise<void> {
  if (presence === 'Absent') await applier.prune([], present);
  if (presence === 'Present' && manifest !== undefined) await applier.apply([manifest], present);
}

/** The only disruptive write of a pass: it restarts Skippers. Refused by the API server if anybody wrote in between. */
async function setWiring(
  { client, onWritten }: Hands,
  { skipper, target }: Sighting,
  wiring: Intents['skipperWiring'],
): Promise<void> {
  if (wiring === 'AsIs' || skipper === undefined) return;
  const { deployment } = skipper;
  const operations = wiring === 'RouteServer' ? wireSkipper(deployment, target) : unwireSkipper(deployment);
  if (operations.length === 0) return;
  const patch = { type: 'json', operations: operations as readonly JsonPatchOperation[] } as const;
  onWritten(await client.patch(kinds.Deployment, keyOf(deployment), patch, { fieldManager: FIELD_MANAGER }));
}

async function setFinalizer({ client, onWritten }: Hands, config: RouteServerConfig, present: boolean): Promise<void> {
  const { finalizers = [], resourceVersion } = config.metadata;
  if (finalizers.includes(FINALIZER) === present) return;
  // A deleted object takes no new finalizers.
  if (present && config.metadata.deletionTimestamp !== undefined) return;
  const wanted = present ? [...finalizers, FINALIZER] : finalizers.filter((finalizer) => finalizer !== FINALIZER);
  const patch = { type: 'merge', body: { metadata: { finalizers: wanted } }, resourceVersion } as const;
  const written = await client.patch(kinds.RouteServerConfig, keyOf(config), patch, { fieldManager: FIELD_MANAGER });
  onWritten(written);
}
