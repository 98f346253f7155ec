/**
 * Gets unknown JSON, gives typed fields, or the one field that has the wrong type.
 *
 * Go's decoder, which Skipper uses, takes a missing or null field for the zero value; so do these readers, since a
 * table must not differ because of a `null`.
 */

/** Names an object of the cluster. `namespace` is as written: `''` where the manifest has none. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One object that cannot be read. It is left out; all others are kept. */
export interface DecodeProblem {
  readonly decodeProblem: true;
  readonly object: ObjectRef;
  /** Path of the field, such as `spec.rules[0].host`. */
  readonly field: string;
  readonly message: string;
}

/** Tells a decoded object from a problem. */
export function isDecodeProblem(decoded: object): decoded is DecodeProblem {
  return 'decodeProblem' in decoded;
}

type Json = Readonly<Record<string, unknown>>;

class WrongField extends Error {
  readonly field: string;

  constructor(field: string, expected: string) {
    super(`expected ${expected}`);
    this.field = field;
  }
}

function absent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/**
 * A field of an object. Go finds it in whatever case it is written, and manifests with `backendname` are about; only the
 * API server's schemas drop them, where there are any.
 */
export function fieldOf(record: Json, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name];
  // Most optional fields are absent: this is the way of half of all look-ups, and makes no list of names.
  for (const other in record) {
    if (other.length === name.length && other.toLowerCase() === name.toLowerCase()) return record[other];
  }
  return undefined;
}

export function readRecord(value: unknown, field: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WrongField(field, 'an object');
  return value as Json;
}

/** `undefined` when the field is missing or null: Skipper tells that from `{}` in a few places. */
export function readOptionalRecord(value: unknown, field: string): Json | undefined {
  return absent(value) ? undefined : readRecord(value, field);
}

export function readText(value: unknown, field: string): string {
  if (absent(value)) return '';
  if (typeof value !== 'string') throw new WrongField(field, 'a string (quote it in YAML)');
  return value;
}

export function readInteger(value: unknown, field: string): number {
  if (absent(value)) return 0;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new WrongField(field, 'an integer');
  // Beyond that the digits are lost before we see them. Go has them all, and no port or weight needs them.
  if (!Number.isSafeInteger(value)) throw new WrongField(field, 'an integer of less than 2^53');
  return value;
}

export function readBoolean(value: unknown, field: string, whenAbsent: boolean): boolean {
  if (absent(value)) return whenAbsent;
  if (typeof value !== 'boolean') throw new WrongField(field, 'true or false');
  return value;
}

/** Kubernetes' IntOrString; `undefined` when missing. */
export function readIntOrString(value: unknown, field: string): number | string | undefined {
  if (absent(value)) return undefined;
  return typeof value === 'string' ? value : readInteger(value, field);
}

export function readList<T>(value: unknown, field: string, item: (value: unknown, field: string) => T): readonly T[] {
  if (absent(value)) return [];
  if (!Array.isArray(value)) throw new WrongField(field, 'a list');
  return value.map((element: unknown, index) => item(element, `${field}[${String(index)}]`));
}

/** Most objects have no labels or no annotations: one map for all of them saves memory. */
const noTexts: ReadonlyMap<string, string> = new Map();

export function readTextMap(value: unknown, field: string): ReadonlyMap<string, string> {
  if (absent(value)) return noTexts;
  const entries = Object.entries(readRecord(value, field));
  return new Map(entries.map(([key, text]) => [key, readText(text, `${field}.${key}`)]));
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function tolerantText(record: unknown, name: string): string {
  const value = isRecord(record) ? fieldOf(record, name) : undefined;
  return typeof value === 'string' ? value : '';
}

/** The object's name as far as it can be told: a problem must name its object even when the metadata is broken. */
function refOf(kind: string, raw: unknown): ObjectRef {
  const metadata = isRecord(raw) ? fieldOf(raw, 'metadata') : undefined;
  return { kind, namespace: tolerantText(metadata, 'namespace'), name: tolerantText(metadata, 'name') };
}

/** Runs a decoder; a field of the wrong type becomes a {@link DecodeProblem}. */
export function decoding<T extends object>(
  kind: string,
  raw: unknown,
  decode: (raw: Json, ref: ObjectRef) => T,
): T | DecodeProblem {
  const object = refOf(kind, raw);
  try {
    return decode(readRecord(raw, 'object'), object);
  } catch (error) {
    if (!(error instanceof WrongField)) throw error;
    const { field, message } = error;
    return { decodeProblem: true, object, field, message };
  }
}

/** Refuses the object under decoding. */
export function refuse(field: string, expected: string): never {
  throw new WrongField(field, expected);
}
