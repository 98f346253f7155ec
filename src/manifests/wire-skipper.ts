/**
 * Gets Skipper's Deployment. Gives the JSON patch that makes it read from the route server, and the one that makes it
 * exactly what it was before.
 *
 * With wiring ConfigFile the file decides, and the patch only rolls the Deployment: switch the file first.
 *
 * Both hold for one resourceVersion only, so that neither can be applied to a Deployment that nobody has looked at; both
 * are empty when there is nothing to do.
 */
import { parseFlagArgs } from '../api/index.ts';
import { rollForSettings } from './config-file-wiring.ts';
import { deriveFlags, flagValue } from './derive-flags.ts';
import { ORIGINAL_WIRING_ANNOTATION } from './names.ts';
import { findSkipperContainer } from './skipper-container.ts';
import type { FoundContainer } from './skipper-container.ts';
import { TEMP_VOLUME, missingTempDir } from './temp-dir.ts';
import type { Container, Deployment, PatchOperation, PodSpec } from './types.ts';
import { argsDigest, printWiringRecord, readWiringRecord } from './wiring-record.ts';
import type { TempDirRecord, WiringRecord } from './wiring-record.ts';
import { wiringState } from './wiring-state.ts';
import type { WiringTarget } from './wiring-state.ts';

type Patch = readonly PatchOperation[];

const POD = '/spec/template/spec';
const NOTHING: Patch = [];

/**
 * Makes Skipper read from the route server. Empty when it already does, and when there is no such container.
 * Args that somebody has put back since are taken for the originals from then on.
 */
export function wireSkipper(deployment: Deployment, target: WiringTarget): Patch {
  if (target.configFile !== undefined) return rollForSettings(deployment, target.configFile, 'routeServer');
  const state = wiringState(deployment, target);
  const pod = deployment.spec.template.spec;
  const found = findSkipperContainer(pod, target.containerName);
  if (found === undefined || state === 'RouteServer' || state === 'ByHand') return NOTHING;
  const { args } = originalContainer(deployment, found);
  const wired = deriveFlags({ args: args ?? [], serviceUrl: target.serviceUrl });
  const present = presentTempDir(deployment);
  const tempDir = present ?? tempDirFor(found.container, pod);
  const record: WiringRecord = {
    container: found.container.name,
    args: args ?? null,
    wiredArgsDigest: argsDigest(wired.skipperArgs),
    routesUrl: wired.routesUrl,
    ...(tempDir === undefined ? {} : { tempDir }),
  };
  return [
    sameVersion(deployment),
    ...rememberAs(deployment, record),
    { op: 'add', path: `${POD}/containers/${found.index}/args`, value: wired.skipperArgs },
    ...(tempDir === present ? NOTHING : addTempDir(found, tempDir)),
  ];
}

/**
 * Restores what `wireSkipper` found: args byte for byte, absent ones absent again, volumes and annotation gone. Empty
 * without a record. Args that somebody has put in place of the wired ones stay, unless Skipper would go on reading from
 * the route server with them.
 */
export function unwireSkipper(deployment: Deployment, { configFile }: Pick<WiringTarget, 'configFile'> = {}): Patch {
  if (configFile !== undefined) return rollForSettings(deployment, configFile, 'direct');
  const record = readWiringRecord(deployment);
  if (record === undefined) return NOTHING;
  const found = findSkipperContainer(deployment.spec.template.spec, record.container);
  return [
    sameVersion(deployment),
    ...(found === undefined ? NOTHING : restoreContainer(found, record)),
    ...removeVolume(deployment.spec.template.spec, record.tempDir),
    ...forget(deployment),
  ];
}

/**
 * Skipper's container as it is without us: the args come from the record while the wired ones are still in place.
 * Everything derived from Skipper's flags has to start here, or a wired Skipper would have no flags to derive from.
 */
export function originalContainer(deployment: Deployment, { container }: FoundContainer): Container {
  const record = readWiringRecord(deployment);
  // Wired args that somebody has edited are no originals either: to go back to them would be to stay.
  return record !== undefined && isStillWired(container, record) ? withArgs(container, record.args) : container;
}

function withArgs(container: Container, args: readonly string[] | null): Container {
  const kept = Object.entries(container).filter(([field]) => field !== 'args');
  return { ...Object.fromEntries(kept), name: container.name, ...(args === null ? {} : { args }) };
}

// Writing the version back makes the API server answer 409 Conflict when it has moved on. A `test` of it would do, but
// a failed one is answered with 422 Invalid and no message, as for a patch that could never be applied.
function sameVersion({ metadata }: Deployment): PatchOperation {
  return { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion };
}

const annotationPath = `/metadata/annotations/${ORIGINAL_WIRING_ANNOTATION.replace('/', '~1')}`;

function rememberAs({ metadata }: Deployment, record: WiringRecord): Patch {
  const value = printWiringRecord(record);
  return metadata.annotations === undefined
    ? [{ op: 'add', path: '/metadata/annotations', value: { [ORIGINAL_WIRING_ANNOTATION]: value } }]
    : [{ op: 'add', path: annotationPath, value }];
}

function forget({ metadata }: Deployment): Patch {
  const isLast = Object.keys(metadata.annotations ?? {}).length === 1;
  // The API server drops an empty map on its own; a patch that leaves one would not be the exact way back.
  return [{ op: 'remove', path: isLast ? '/metadata/annotations' : annotationPath }];
}

// What was added in an earlier wiring may have been swept out with the args that were put back.
function presentTempDir(deployment: Deployment): TempDirRecord | undefined {
  const recorded = readWiringRecord(deployment)?.tempDir;
  const volumes = deployment.spec.template.spec.volumes ?? [];
  return volumes.some(({ name }) => name === recorded?.volume) ? recorded : undefined;
}

function tempDirFor(container: Container, pod: PodSpec): TempDirRecord | undefined {
  if (missingTempDir(container) === undefined) return undefined;
  return {
    volume: freeVolumeName(pod),
    addedVolumes: pod.volumes === undefined,
    addedVolumeMounts: container.volumeMounts === undefined,
  };
}

function freeVolumeName({ volumes = [] }: PodSpec): string {
  const taken = new Set(volumes.map(({ name }) => name));
  let name = TEMP_VOLUME;
  for (let n = 2; taken.has(name); n++) name = `${TEMP_VOLUME}-${n}`;
  return name;
}

function addTempDir({ container, index }: FoundContainer, added: TempDirRecord | undefined): Patch {
  if (added === undefined) return NOTHING;
  const volume = { name: added.volume, emptyDir: {} };
  const mount = { name: added.volume, mountPath: missingTempDir(container) ?? '/tmp' };
  return [
    append(`${POD}/volumes`, added.addedVolumes, volume),
    append(`${POD}/containers/${index}/volumeMounts`, added.addedVolumeMounts, mount),
  ];
}

function append(path: string, isNewList: boolean, value: { readonly name: string }): PatchOperation {
  return isNewList ? { op: 'add', path, value: [{ ...value }] } : { op: 'add', path: `${path}/-`, value: { ...value } };
}

function restoreContainer({ container, index }: FoundContainer, record: WiringRecord): Patch {
  const path = `${POD}/containers/${index}`;
  const mounts = container.volumeMounts ?? [];
  const mount = mounts.findIndex(({ name }) => name === record.tempDir?.volume);
  return [
    ...(isStillWired(container, record) ? restoreArgs(path, record.args) : NOTHING),
    ...removeAt(`${path}/volumeMounts`, mount, record.tempDir?.addedVolumeMounts === true && mounts.length === 1),
  ];
}

function isStillWired({ args = [] }: Container, record: WiringRecord): boolean {
  const urls = flagValue(parseFlagArgs(args), 'routes-urls')?.split(',') ?? [];
  return argsDigest(args) === record.wiredArgsDigest || urls.includes(record.routesUrl);
}

function restoreArgs(container: string, args: readonly string[] | null): Patch {
  const path = `${container}/args`;
  return args === null ? [{ op: 'remove', path }] : [{ op: 'replace', path, value: args }];
}

function removeVolume({ volumes = [] }: PodSpec, added: TempDirRecord | undefined): Patch {
  const index = volumes.findIndex(({ name }) => name === added?.volume);
  return removeAt(`${POD}/volumes`, index, added?.addedVolumes === true && volumes.length === 1);
}

function removeAt(path: string, index: number, isWholeList: boolean): Patch {
  return index === -1 ? NOTHING : [{ op: 'remove', path: isWholeList ? path : `${path}/${index}` }];
}
