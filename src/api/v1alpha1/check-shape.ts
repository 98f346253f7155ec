/** Gets a schema and an unknown value, gives what does not fit: types, required fields and enums, by field path. */
import type { Schema } from './schema/kit.ts';

/**
 * The misfits as sentences that begin with the field's path; empty when the value has the schema's shape.
 *
 * Bounds, patterns and CEL rules are the API server's business; this makes sure that reading a field is safe.
 * Unknown fields are accepted: a newer CRD may have them.
 */
export function checkShape(schema: Schema, value: unknown, path: string): string[] {
  if (schema['x-kubernetes-int-or-string']) {
    return typeof value === 'string' || Number.isInteger(value) ? [] : [misfit(path, 'a number or a string', value)];
  }
  return schema.type === undefined ? [] : checks[schema.type](schema, value, path);
}

type Check = (schema: Schema, value: unknown, path: string) => string[];

const checks: Readonly<Record<NonNullable<Schema['type']>, Check>> = {
  object: checkObject,
  array: checkArray,
  string: checkString,
  integer: (_schema, value, path) => (Number.isInteger(value) ? [] : [misfit(path, 'a whole number', value)]),
  boolean: (_schema, value, path) => (typeof value === 'boolean' ? [] : [misfit(path, 'true or false', value)]),
};

function checkObject(schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [misfit(path, 'an object', value)];
  const fields = new Map<string, unknown>(Object.entries(value));
  const missing = (schema.required ?? []).filter((name) => fields.get(name) === undefined);
  const inner = [...fields].flatMap(([name, field]) => {
    const fieldSchema = schema.properties?.[name] ?? schema.additionalProperties;
    // `null` is how some clients write "unset"; the API server drops it.
    if (fieldSchema === undefined || field === undefined || field === null) return [];
    return checkShape(fieldSchema, field, `${path}.${name}`);
  });
  return [...missing.map((name) => `${path}.${name} is missing`), ...inner];
}

function checkArray(schema: Schema, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [misfit(path, 'a list', value)];
  const { items } = schema;
  return items === undefined ? [] : value.flatMap((item: unknown, at) => checkShape(items, item, `${path}[${at}]`));
}

function checkString(schema: Schema, value: unknown, path: string): string[] {
  const words = schema.enum;
  if (typeof value === 'boolean' && words?.includes('False')) {
    return [`${path} must be one of ${quoted(words)}, not the boolean ${value}: write "False" with quotes`];
  }
  if (typeof value !== 'string') return [misfit(path, 'a string', value)];
  return words === undefined || words.includes(value) ? [] : [misfit(path, `one of ${quoted(words)}`, value)];
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}

function misfit(path: string, expected: string, value: unknown): string {
  const seen = value === null ? 'null' : Array.isArray(value) ? 'a list' : describe(value);
  return `${path} must be ${expected}, not ${seen}`;
}

/** Short and without what may be a secret: only scalars are shown. */
function describe(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? JSON.stringify(value).slice(0, 64)
    : `an ${typeof value}`;
}
