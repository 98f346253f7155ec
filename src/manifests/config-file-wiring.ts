/**
 * Gets Skipper's Deployment and the file that it mounts. Gives how it is wired by that file, and the patch that rolls it
 * once the file was switched.
 *
 * A Skipper reads its file when it starts, so an annotation of the pod template says which file its pods started with.
 * It is the one field of the Deployment that is ours.
 */
import { settingsMark, type ConfigFileTarget } from './config-file.ts';
import { SETTINGS_MARK_ANNOTATION, type SentinelSource } from './names.ts';
import type { Deployment, JsonObject, PatchOperation, WiringState } from './types.ts';

/** How the Deployment is wired; a file and an annotation that do not agree were not both written by us. */
export function configFileState(deployment: Deployment, { texts, present }: ConfigFileTarget): WiringState {
  const mark = markOf(deployment.spec.template);
  if (!isFed(mark)) return present === texts.routeServer ? 'Contested' : 'Direct';
  // What was ours before the settings changed still bears the mark that it was rolled with.
  const isAsRolled = present !== undefined && mark === settingsMark('routeServer', present);
  const isAsWanted = present === texts.routeServer;
  if (isAsRolled) return isAsWanted ? 'RouteServer' : 'Outdated';
  return isAsWanted ? 'Outdated' : 'Contested';
}

const isFed = (mark: string | undefined): boolean => mark?.startsWith('routeServer/') ?? false;

/** Where a pod reads its routes, by the mark that it started with; one without a mark was there before us. */
export function markedSource(template: { readonly metadata?: JsonObject }): SentinelSource {
  return isFed(markOf(template)) ? 'routeServer' : 'direct';
}

/**
 * Rolls the Deployment, for its pods to start with the file of `source`, which has to be in place. Empty when they do.
 * On the way back the mark goes, so that nothing of ours is left. A mark that somebody has taken off cannot go: its pods
 * may have started with the fed file, and are rolled by one more mark.
 */
export function rollForSettings(
  deployment: Deployment,
  { texts }: ConfigFileTarget,
  source: SentinelSource,
): readonly PatchOperation[] {
  const mark = settingsMark(source, texts[source]);
  const now = markOf(deployment.spec.template);
  if (now === mark) return [];
  const sameVersion = {
    op: 'replace',
    path: '/metadata/resourceVersion',
    value: deployment.metadata.resourceVersion,
  } as const;
  const isWayBack = source === 'direct' && isFed(now);
  return [sameVersion, isWayBack ? removeMark(deployment) : addMark(deployment, mark)];
}

const annotations = '/spec/template/metadata/annotations';
const markPath = `${annotations}/${SETTINGS_MARK_ANNOTATION.replace('/', '~1')}`;

function addMark(deployment: Deployment, mark: string): PatchOperation {
  return annotationsOf(deployment.spec.template) === undefined
    ? { op: 'add', path: annotations, value: { [SETTINGS_MARK_ANNOTATION]: mark } }
    : { op: 'add', path: markPath, value: mark };
}

function removeMark(deployment: Deployment): PatchOperation {
  const isLast = Object.keys(annotationsOf(deployment.spec.template) ?? {}).length === 1;
  return { op: 'remove', path: isLast ? annotations : markPath };
}

function annotationsOf({ metadata }: { readonly metadata?: JsonObject }): JsonObject | undefined {
  return metadata?.['annotations'] as JsonObject | undefined;
}

function markOf(template: { readonly metadata?: JsonObject }): string | undefined {
  const mark = annotationsOf(template)?.[SETTINGS_MARK_ANNOTATION];
  return typeof mark === 'string' ? mark : undefined;
}
