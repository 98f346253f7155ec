/** Gets Skipper's Deployment or one of its pods. Gives where it reads its routes, and whose wiring that is. */
import { parseFlagArgs } from '../api/index.ts';
import { configFileState, markedSource } from './config-file-wiring.ts';
import type { ConfigFileTarget } from './config-file.ts';
import { flagValue, isOn } from './derive-flags.ts';
import { findSkipperContainer } from './skipper-container.ts';
import type { Deployment, JsonObject, Pod, PodSpec, WiringState } from './types.ts';
import { argsDigest, readWiringRecord } from './wiring-record.ts';

/** Which route server and which container are meant. */
export interface WiringTarget {
  /** `routeServerUrl(config)`. */
  readonly serviceUrl: string;
  /** `spec.skipper.containerName`. */
  readonly containerName?: string;
  /** With wiring ConfigFile. */
  readonly configFile?: ConfigFileTarget;
}

/** How the Deployment is wired; pods that are still rolling out may be otherwise. */
export function wiringState(deployment: Deployment, target: WiringTarget): WiringState {
  if (target.configFile !== undefined) return configFileState(deployment, target.configFile);
  const record = readWiringRecord(deployment);
  const args = argsOf(deployment.spec.template.spec, record?.container ?? target.containerName);
  const isFed = readsFrom(args, target.serviceUrl);
  if (record === undefined) return isFed ? 'ByHand' : 'Direct';
  if (argsDigest(args) !== record.wiredArgsDigest) return 'Contested';
  return isFed ? 'RouteServer' : 'Outdated';
}

/**
 * Where a pod reads its routes. One that reads from both still polls the API, and counts as direct. `unknown` when its
 * args say neither, as with a `-config-file` that is not ours.
 */
export function podSource(pod: Pod, target: WiringTarget): 'direct' | 'routeServer' | 'unknown' {
  const args = argsOf(pod.spec, target.containerName);
  if (isOn(parseFlagArgs(args), 'kubernetes')) return 'direct';
  if (target.configFile !== undefined) return markedSource(pod);
  return readsFrom(args, target.serviceUrl) ? 'routeServer' : 'unknown';
}

/** Who wrote the container's args, by `metadata.managedFields`, apart from `ownManager`; newest first. */
export function otherArgsManagers(deployment: Deployment, container: string, ownManager: string): readonly string[] {
  const path = ['f:spec', 'f:template', 'f:spec', 'f:containers', `k:{"name":${JSON.stringify(container)}}`, 'f:args'];
  const owning = (deployment.metadata.managedFields ?? []).filter((entry) => owns(entry['fieldsV1'], path));
  return owning
    .toSorted((a, b) => textOf(b['time']).localeCompare(textOf(a['time'])))
    .map((entry) => textOf(entry['manager']))
    .filter((manager) => manager !== ownManager);
}

/** Whether these args make Skipper read the table, or a zone's table, of the route server behind this URL. */
function readsFrom(args: readonly string[], serviceUrl: string): boolean {
  const urls = (flagValue(parseFlagArgs(args), 'routes-urls') ?? '').split(',');
  return urls.some((url) => url === `${serviceUrl}/routes` || url.startsWith(`${serviceUrl}/routes/`));
}

function argsOf(pod: PodSpec, containerName: string | undefined): readonly string[] {
  return findSkipperContainer(pod, containerName)?.container.args ?? [];
}

function owns(fields: unknown, path: readonly string[]): boolean {
  let at = fields;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !(key in at)) return false;
    at = (at as JsonObject)[key];
  }
  return true;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
