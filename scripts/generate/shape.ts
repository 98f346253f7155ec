/** Questions about a schema that more than one generator asks. */
import type { Schema } from '../../src/api/v1alpha1/schema/kit.ts';

/** Whether something inside has a default, so that what is read and what is written differ in type. */
export function hasInnerDefaults(schema: Schema): boolean {
  const inner = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  return inner.some((each) => each !== undefined && (each.default !== undefined || hasInnerDefaults(each)));
}

/** Whether an object of this schema must have the property even when it is written by hand. */
export function isRequired(schema: Schema, property: string): boolean {
  return schema.required?.includes(property) ?? false;
}
