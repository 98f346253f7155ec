/** Gets a spec as a person wrote it, gives it with every default, as the API server does with the CRD's schema. */
import { specSchema } from './schema.ts';
import type { Json, Schema } from './schema/kit.ts';
import type { RouteServerConfigSpec, WrittenSpec } from './types.ts';

/**
 * The spec complete with its defaults. Objects from the API server are already so; what comes from a file, or from
 * a server with an older CRD, is not. Adds nothing to a complete spec; the argument stays as it is.
 */
export function withDefaults(written: WrittenSpec): RouteServerConfigSpec {
  // The schema that fills in and the schema that the two types are generated from are one and the same.
  return applyDefaults(specSchema, written as unknown as Json) as unknown as RouteServerConfigSpec;
}

/**
 * Kubernetes' rule for structural schemas: a missing property gets its default, then what is inside is completed in
 * turn; `null` for a property that has a default counts as missing.
 */
function applyDefaults(schema: Schema, value: Json): Json {
  if (isList(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => applyDefaults(items, item));
  }
  if (typeof value !== 'object' || value === null) return value;
  const complete: Record<string, Json> = { ...value };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const present = complete[name] ?? property.default;
    if (present !== undefined) complete[name] = applyDefaults(property, present);
  }
  return complete;
}

// Array.isArray alone does not narrow a readonly list away from the other values.
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
