/**
 * Gets what was seen of a fleet with wiring ConfigFile; writes the ConfigMaps with Skipper's settings (docs/adr/0034).
 *
 * Skippers cannot start without the one that their Deployment mounts: it is there in every mode, before the first
 * Skipper is moved and after the config is gone.
 */
import type { KubeClient } from '../kube/index.ts';
import {
  clonedConfigMaps,
  mountedConfigMap,
  RESTART_ANNOTATION,
  rollForSettings,
  SETTINGS_MARK_ANNOTATION,
  settingsMark,
  wiringState,
  type ConfigFileTarget,
  type SentinelSource,
} from '../manifests/index.ts';
import type { Intents } from '../rollout/index.ts';
import type { Applier } from './applier.ts';
import type { Sighting } from './observe.ts';
import { patchSkipper } from './patch-skipper.ts';
import type { OwnedObject, World } from './world.ts';

interface Hands {
  readonly client: Pick<KubeClient, 'patch'>;
  readonly applier: Pick<Applier, 'apply'>;
  readonly world: Pick<World, 'expectDeployment' | 'owned'>;
}

/** Writes the file of `source`; the Deployment has to be rolled after it. */
export async function switchSettings(
  { applier }: Pick<Hands, 'applier'>,
  { config, target, mounted }: Pick<Sighting, 'config' | 'target' | 'mounted'>,
  source: SentinelSource,
): Promise<void> {
  if (target.configFile === undefined) return;
  await applier.apply([mountedConfigMap(config, target.configFile, source)], presentOf(mounted));
}

/** Keeps the files of our own Skippers, and that of a fleet that is not moved, as `spec.skipper.settings` has them. */
export async function publishSettings(hands: Hands, seen: Sighting, intents: Intents): Promise<void> {
  const { config, target } = seen;
  const files = target.configFile;
  if (files === undefined || config.spec.suspend || config.metadata.deletionTimestamp !== undefined) return;
  const present = hands.world.owned(config.metadata, 'skipper-settings');
  await hands.applier.apply(clonedConfigMaps(config, files), present);
  if (intents.skipperWiring !== 'RouteServer') await publishDirect(hands, seen, files);
}

async function publishDirect(hands: Hands, seen: Sighting, files: ConfigFileTarget): Promise<void> {
  const { config, skipper, target, mounted, observation } = seen;
  if (skipper !== undefined && wiringState(skipper.deployment, target) !== 'Direct') return;
  const { isNew, restarts } = changeOf(mounted, settingsMark('direct', files.texts.direct));
  // Settings of the fleet are changed by a rollout, and never in the middle of another one.
  if (isNew && observation.fleet?.rolledOut === false) return;
  await hands.applier.apply([mountedConfigMap(config, files, 'direct', restarts)], presentOf(mounted));
  if (restarts && skipper !== undefined) {
    await patchSkipper(hands, skipper.deployment, rollForSettings(skipper.deployment, files, 'direct'));
  }
}

/** Whether a person has changed the settings since the ConfigMap was written, and whether Skippers restart for it. */
function changeOf(mounted: OwnedObject | undefined, wanted: string) {
  const { annotations = {} } = mounted?.object.metadata ?? {};
  const isNew = mounted !== undefined && annotations[SETTINGS_MARK_ANNOTATION] !== wanted;
  return { isNew, restarts: isNew || annotations[RESTART_ANNOTATION] === wanted };
}

const presentOf = (mounted: OwnedObject | undefined): readonly OwnedObject[] =>
  mounted === undefined ? [] : [mounted];
