/** Gets JSON, gives the same JSON with the fields of every object in the order of their names. */
import type { Json } from './types.ts';

/** Two values that mean the same to Kubernetes print the same, wherever their fields stood. */
export function canonical(value: Json | undefined): Json {
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return (value as readonly Json[]).map(canonical);
  const fields = Object.entries(value as Readonly<Record<string, Json | undefined>>);
  const present = fields.filter(([, field]) => field !== undefined).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(present.map(([name, field]) => [name, canonical(field)]));
}
