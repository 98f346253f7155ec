/** Gets an unknown value from the API server or a file, gives a RouteServerConfig or what is wrong with it. */
import { checkShape } from './check-shape.ts';
import { withDefaults } from './defaults.ts';
import { API_VERSION, KIND } from './names.ts';
import { specSchema } from './schema.ts';
import type { Schema } from './schema/kit.ts';
import { statusSchema } from './schema/status.ts';
import type { ObjectMeta, RouteServerConfig, RouteServerConfigStatus, WrittenSpec } from './types.ts';

/** Either the object, or sentences that each name a field and say what it must be. */
type DecodeResult =
  | { readonly ok: true; readonly config: RouteServerConfig }
  | { readonly ok: false; readonly problems: readonly string[] };

const metadataSchema: Schema = {
  type: 'object',
  required: ['name', 'namespace', 'uid', 'resourceVersion', 'generation'],
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string' },
    deletionTimestamp: { type: 'string' },
    finalizers: { type: 'array', items: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

const objectSchema: Schema = {
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  properties: {
    apiVersion: { type: 'string', enum: [API_VERSION] },
    kind: { type: 'string', enum: [KIND] },
    metadata: metadataSchema,
    spec: specSchema,
    status: statusSchema,
  },
};

/** The shape of an object that passed `objectSchema`. */
interface Wire {
  readonly metadata: ObjectMeta;
  readonly spec: WrittenSpec;
  readonly status?: RouteServerConfigStatus;
}

/**
 * A RouteServerConfig as the API server holds it, its spec completed with defaults. Only its shape is checked: the
 * API server has checked bounds and rules.
 */
export function decodeRouteServerConfig(raw: unknown): DecodeResult {
  const problems = checkShape(objectSchema, raw, KIND);
  if (problems.length > 0) return { ok: false, problems };
  const { metadata, spec, status } = raw as Wire;
  return {
    ok: true,
    config: {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata,
      spec: withDefaults(spec),
      ...(status && { status }),
    },
  };
}
