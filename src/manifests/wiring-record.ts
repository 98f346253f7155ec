/**
 * Gets and gives the annotation in which a wired Deployment remembers what it was.
 *
 * It stands on the Deployment itself, so that whoever has the Deployment can restore it: after the operator was
 * reinstalled, and even when the RouteServerConfig is long gone.
 */
import { digest } from './digest.ts';
import { ORIGINAL_WIRING_ANNOTATION } from './names.ts';
import type { Deployment } from './types.ts';

/** What wiring changed, with the values from before. */
export interface WiringRecord {
  /** Name of the container that was wired. */
  readonly container: string;
  /** The args before; `null` when there were none at all, which is not the same as an empty list. */
  readonly args: readonly string[] | null;
  /** Digest of the args as wired, to tell our own work from someone else's. */
  readonly wiredArgsDigest: string;
  /** The URL that was put into the args. */
  readonly routesUrl: string;
  /** Present when an emptyDir was added for temporary files. */
  readonly tempDir?: TempDirRecord;
}

export interface TempDirRecord {
  readonly volume: string;
  /** Whether the list itself was missing before; it goes again when ours is the last entry. */
  readonly addedVolumes: boolean;
  readonly addedVolumeMounts: boolean;
}

/** The digest by which a record knows wired args again. */
export const argsDigest = (args: readonly string[]): string => digest(JSON.stringify(args));

/** Reads the record. One that a person has damaged is no record: restoring from it could only make things worse. */
export function readWiringRecord(deployment: Deployment): WiringRecord | undefined {
  const text = deployment.metadata.annotations?.[ORIGINAL_WIRING_ANNOTATION];
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The annotation's value. */
export const printWiringRecord = (record: WiringRecord): string => JSON.stringify(record);

function isRecord(value: unknown): value is WiringRecord {
  if (!isObject(value)) return false;
  const { container, args, wiredArgsDigest, routesUrl, tempDir } = value;
  return (
    [container, wiredArgsDigest, routesUrl].every((text) => typeof text === 'string') &&
    (args === null || isStrings(args)) &&
    (tempDir === undefined || isTempDir(tempDir))
  );
}

function isTempDir(value: unknown): value is TempDirRecord {
  if (!isObject(value)) return false;
  const { volume, addedVolumes, addedVolumeMounts } = value;
  return typeof volume === 'string' && typeof addedVolumes === 'boolean' && typeof addedVolumeMounts === 'boolean';
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
