/**
 * Gets a change; gives its bytes' content type, JSON and query. The content type is always said: what a client library
 * takes for the default (client-node: JSON patch) is not what the API server guesses.
 */
import type { Patch } from './client-types.ts';
import { apiVersionOf } from './resource-kind.ts';
import type { ObjectKey, ResourceKind } from './resource-kind.ts';

/** A patch as it goes over the wire. */
export interface EncodedPatch {
  readonly contentType: string;
  readonly json: unknown;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** Encodes `patch` of the object `key`. */
export function encodePatch(
  kind: ResourceKind,
  key: ObjectKey,
  patch: Patch,
  fieldManager: string | undefined,
): EncodedPatch {
  switch (patch.type) {
    case 'merge':
      return {
        contentType: 'application/merge-patch+json',
        json: patch.resourceVersion === undefined ? patch.body : withVersion(patch.body, patch.resourceVersion),
        query: { fieldManager },
      };
    case 'json': {
      const { resourceVersion: value, operations } = patch;
      // Not `test`: when that fails the answer is 422, the same as for a mistake of ours. A version that was replaced
      // by an older one is the API server's own way to find a conflict, and it answers 409.
      const version = { op: 'replace', path: '/metadata/resourceVersion', value };
      const json = value === undefined ? operations : [version, ...operations];
      return { contentType: 'application/json-patch+json', json, query: { fieldManager } };
    }
    case 'apply':
      return {
        contentType: 'application/apply-patch+yaml',
        json: {
          ...patch.body,
          apiVersion: apiVersionOf(kind),
          kind: kind.kind,
          metadata: { ...metadataOf(patch.body), ...nameOf(key) },
        },
        query: { fieldManager: patch.fieldManager, force: String(patch.force) },
      };
  }
}

/** A merge patch that carries resourceVersion is refused with 409 when the object has another. */
function withVersion(body: Readonly<Record<string, unknown>>, resourceVersion: string): Record<string, unknown> {
  return { ...body, metadata: { ...metadataOf(body), resourceVersion } };
}

function metadataOf(body: Readonly<Record<string, unknown>>): object {
  const { metadata } = body;
  return typeof metadata === 'object' && metadata !== null ? metadata : {};
}

function nameOf({ namespace, name }: ObjectKey): Record<string, string> {
  return namespace === '' ? { name } : { name, namespace };
}
