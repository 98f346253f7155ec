/**
 * Gets an object's managedFields; tells who wrote a field.
 *
 * Source: the format "FieldsV1" of Kubernetes' structured-merge-diff: `f:name` is a field, `k:{…}` an item of a keyed
 * list, an empty object a leaf. A leaf above the field asked for is an atomic value that holds it.
 */
import type { KubeObject, ManagedFieldsEntry } from './kube-object.ts';

/** Steps to a field: a name, or for an item of a keyed list its key, such as `{ name: 'skipper' }`. */
export type FieldPath = readonly (string | Readonly<Record<string, string | number | boolean>>)[];

/** Who wrote a field, how and when. */
export interface FieldOwner {
  readonly manager: string;
  /** `Apply` or `Update`. */
  readonly operation: string;
  readonly subresource?: string;
  readonly time?: string;
}

/** Those who own `path` of `object` or a part of it, newest first. */
export function whoOwns(object: KubeObject, path: FieldPath): readonly FieldOwner[] {
  return (object.metadata.managedFields ?? [])
    .filter(({ fieldsV1 }) => owns(fieldsV1, path))
    .map(ownerOf)
    .sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''));
}

function ownerOf({ manager, operation, subresource, time }: ManagedFieldsEntry): FieldOwner {
  return {
    manager: manager ?? 'unknown',
    operation: operation ?? 'Update',
    ...(subresource === undefined ? {} : { subresource }),
    ...(time === undefined ? {} : { time }),
  };
}

function owns(fields: unknown, path: FieldPath): boolean {
  let here: unknown = fields;
  for (const [depth, step] of path.entries()) {
    if (typeof here !== 'object' || here === null) return false;
    // The root itself is no leaf: an entry without fields owns nothing.
    if (Object.keys(here).length === 0) return depth > 0;
    here = Object.entries(here).find(([name]) => isStep(name, step))?.[1];
  }
  return here !== undefined;
}

function isStep(name: string, step: FieldPath[number]): boolean {
  if (typeof step === 'string') return name === `f:${step}`;
  if (!name.startsWith('k:')) return false;
  const key: unknown = parse(name.slice(2));
  if (typeof key !== 'object' || key === null) return false;
  return Object.entries(step).every(([field, value]) => Reflect.get(key, field) === value);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
