/**
 * Gets what was seen and decided; makes it so, in the one order that never cuts a Skipper off: what Skippers need comes
 * first, then their wiring, and what they used goes last. Stops at the first failure; the next pass begins anew.
 */
import { FINALIZER, type RouteServerConfig } from '../api/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { unwireSkipper, wireSkipper, wiringState, type KubeObject as Manifest } from '../manifests/index.ts';
import type { Intents, Presence } from '../rollout/index.ts';
import type { Applier } from './applier.ts';
import type { Sighting } from './observe.ts';
import { patchSkipper } from './patch-skipper.ts';
import { switchSettings } from './skipper-settings.ts';
import type { OwnedObject, World } from './world.ts';

/** What of a pass is needed to carry its decision out. */
export type Seen = Pick<Sighting, 'config' | 'skipper' | 'target' | 'mounted' | 'wanted' | 'present'>;

export interface Hands {
  readonly client: Pick<KubeClient, 'patch'>;
  readonly applier: Pick<Applier, 'apply' | 'prune'>;
  readonly world: Pick<World, 'expectDeployment' | 'owned'>;
  /** Puts our finalizer on the object, or takes it off; refused when the object has changed since it was read. */
  readonly setFinalizer: (config: RouteServerConfig, present: boolean) => Promise<void>;
}

/** Whether the object lacks the finalizer that it needs first. A deleted object takes no new ones. */
export function needsFinalizer({ metadata }: RouteServerConfig, { finalizer }: Intents): boolean {
  const { finalizers = [], deletionTimestamp } = metadata;
  return finalizer === 'Present' && deletionTimestamp === undefined && !finalizers.includes(FINALIZER);
}

export async function carryOut(hands: Hands, seen: Seen, intents: Intents): Promise<void> {
  const { applier } = hands;
  const { config, present, wanted } = seen;
  if (intents.routeServer === 'Present' && wanted !== undefined) {
    await applier.apply(wanted.routeServer, present.routeServer);
    await applier.prune(wanted.routeServer, present.routeServer);
  }
  await setSentinels(applier, seen, intents);
  await addCompanions(applier, seen, intents);
  await setWiring(hands, seen, intents.skipperWiring);
  await removeCompanions(applier, seen, intents);
  if (intents.routeServer === 'Absent') await applier.prune([], present.routeServer);
  if (intents.finalizer === 'Absent' && (config.metadata.finalizers ?? []).includes(FINALIZER)) {
    await hands.setFinalizer(config, false);
  }
}

async function setSentinels(applier: Hands['applier'], { wanted, present }: Seen, intents: Intents): Promise<void> {
  await setPresence(applier, intents.fedSentinel, wanted?.fedSentinel, present.fedSentinel);
  await setPresence(applier, intents.directSentinel, wanted?.directSentinel, present.directSentinel);
}

async function setPresence(
  applier: Hands['applier'],
  presence: Presence,
  manifest: Manifest | undefined,
  present: readonly OwnedObject[],
): Promise<void> {
  if (presence === 'Absent') await applier.prune([], present);
  if (presence === 'Present' && manifest !== undefined) await applier.apply([manifest], present);
}

const companions = ['fedCompanion', 'directCompanion'] as const;

async function addCompanions(applier: Hands['applier'], { wanted, present }: Seen, intents: Intents): Promise<void> {
  for (const companion of companions) {
    const intent = intents[companion];
    if (typeof intent !== 'object' || wanted === undefined) continue;
    await applier.apply([wanted[companion].withSize(intent)], present[companion]);
  }
}

async function removeCompanions(applier: Hands['applier'], { present }: Seen, intents: Intents): Promise<void> {
  for (const companion of companions) {
    if (intents[companion] === 'Absent') await applier.prune([], present[companion]);
  }
}

/** The only disruptive write of a pass: it restarts Skippers. Refused by the API server if anybody wrote in between. */
async function setWiring(hands: Hands, seen: Seen, wiring: Intents['skipperWiring']): Promise<void> {
  const { skipper, target } = seen;
  if (wiring === 'AsIs' || skipper === undefined) return;
  const { deployment } = skipper;
  if (wiring === 'Direct' && wiringState(deployment, target) === 'Direct') return;
  await switchSettings(hands, seen, wiring === 'RouteServer' ? 'routeServer' : 'direct');
  const operations = wiring === 'RouteServer' ? wireSkipper(deployment, target) : unwireSkipper(deployment, target);
  await patchSkipper(hands, deployment, operations);
}
