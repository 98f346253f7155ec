/**
 * Gets unknown data; gives typed values, or an error that names the path, what was expected and what was found.
 */

/** Data is not what it should be. The message never holds the value itself, which may be a secret. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** Such as `Service default/web: spec.ports[0].port`. */
  readonly path: string;

  constructor(path: string, expected: string, found: unknown) {
    super(`${path}: expected ${expected}, found ${describe(found)}`);
    this.path = path;
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

/** A place in unknown data. */
export class Cursor {
  readonly value: unknown;
  readonly path: string;

  /** `path` names the data in errors, such as `Service default/web`. */
  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  /** Whether there is something here: neither absent nor null. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The field `name` of the object here; a cursor on nothing when there is no such field or nothing here. */
  field(name: string): Cursor {
    const path = this.path.includes(':') ? `${this.path}.${name}` : `${this.path}: ${name}`;
    if (!this.exists) return new Cursor(undefined, path);
    const record = this.record();
    return new Cursor(Object.hasOwn(record, name) ? record[name] : undefined, path);
  }

  string(): string {
    return typeof this.value === 'string' ? this.value : this.#fail('a string');
  }

  number(): number {
    return typeof this.value === 'number' ? this.value : this.#fail('a number');
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.#fail('true or false');
  }

  /** One of `words`. */
  oneOf<const W extends string>(words: readonly W[]): W {
    return words.find((word) => word === this.value) ?? this.#fail(`one of ${words.join(', ')}`);
  }

  record(): Readonly<Record<string, unknown>> {
    return isRecord(this.value) ? this.value : this.#fail('an object');
  }

  /** Cursors on the items of the list here; none when there is nothing here. */
  items(): readonly Cursor[] {
    if (!this.exists) return [];
    if (!Array.isArray(this.value)) return this.#fail('a list');
    return this.value.map((item: unknown, at) => new Cursor(item, `${this.path}[${at}]`));
  }

  /** A map of strings; empty when there is nothing here. */
  strings(): Readonly<Record<string, string>> {
    if (!this.exists) return {};
    return Object.fromEntries(Object.keys(this.record()).map((name) => [name, this.field(name).string()]));
  }

  /** `read` of what is here, or undefined when nothing is. */
  optional<T>(read: (here: Cursor) => T): T | undefined {
    return this.exists ? read(this) : undefined;
  }

  #fail(expected: string): never {
    throw new DecodeError(this.path, expected, this.value);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
