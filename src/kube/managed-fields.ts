/**
 * Gets an object's managedFields; tells who wrote a field.
 */
import type { KubeObject } from './kube-object.ts';

/** Steps to a field: a name, or for an item of a keyed list its key, such as `{ name: 'skipper' }`. */
export type FieldPath = readonly (string | Readonly<Record<string, string | number | boolean>>)[];

/** Who wrote a field, how and when. */
export interface FieldOwner {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly time?: string;
}

/** Those who own `path` of `object` or a part of it, newest first. */
export function whoOwns(_object: KubeObject, _path: FieldPath): readonly FieldOwner[] {
  throw new Error('to be written');
}
