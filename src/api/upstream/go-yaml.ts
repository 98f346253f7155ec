/**
 * Gets YAML; gives its documents with the values that Go makes of them, as JSON would hold them.
 *
 * As go-yaml v2 has it (`decode.go`): of two equal keys the last one counts, and what `<<` brings beats keys before it
 * and not those after it. Keys become text, as sigs.k8s.io/yaml makes them.
 */
import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, Scalar } from 'yaml';
import type { Alias, Document, ParsedNode, YAMLMap } from 'yaml';
import { goYamlTokens } from './go-yaml-lexemes.ts';
import { goKeyText, resolveGoScalar } from './go-yaml-scalar.ts';
import type { GoScalar } from './go-yaml-scalar.ts';

/** A document that has been read and not yet looked at. */
export interface GoYamlDocument {
  readonly document: Document;
  readonly lines: LineCounter;
  /** Where the text ends, if that is in the middle of a line. */
  readonly cutAt: number | undefined;
}

/** Why a text, or a document of it, has no value. */
export interface GoYamlMistake {
  readonly message: string;
  /** From the beginning of the text. */
  readonly offset: number;
}

export type GoYamlValue = { readonly ok: true; readonly value: unknown } | ({ readonly ok: false } & GoYamlMistake);

interface Form {
  /** Numbers and booleans as they are written, which is what Go puts into a field for text. */
  readonly asWritten: boolean;
}
type Task = Form & Pick<GoYamlDocument, 'document' | 'cutAt'>;

/**
 * Splits a text into documents. A mistake in the text is a mistake of the document in which it stands.
 *
 * @param uniqueKeys takes a key that is in a map twice for a mistake, which Go does not
 */
export function readGoYaml(text: string, { uniqueKeys = false } = {}): readonly GoYamlDocument[] {
  const lines = new LineCounter();
  // Pretty errors would quote the text, which may hold a Secret. No tags: all scalars are text, and resolved here.
  const options = { schema: 'failsafe', resolveKnownTags: false, merge: false, uniqueKeys } as const;
  const composer = new Composer({ ...options, lineCounter: lines, prettyErrors: false });
  const documents = composer.compose(goYamlTokens(text, lines));
  const cutAt = /[\r\n]$/.test(text) ? undefined : text.length;
  return [...documents].map((document) => ({ document, lines, cutAt }));
}

/** The value of a document; null for an empty one. */
export function goYamlValue({ document, cutAt }: GoYamlDocument, form: Form = { asWritten: false }): GoYamlValue {
  const [error] = document.errors;
  if (error !== undefined) return { ok: false, message: error.message, offset: error.pos[0] };
  try {
    return { ok: true, value: new Decoder({ document, cutAt, ...form }).value() };
  } catch (mistake) {
    if (mistake instanceof Mistake) return { ok: false, message: mistake.message, offset: mistake.offset };
    throw mistake;
  }
}

class Mistake extends Error {
  readonly offset: number;

  constructor(message: string, node: unknown) {
    super(message);
    this.offset = (node as Partial<ParsedNode> | null)?.range?.[0] ?? 0;
  }
}

/** A document with less than that may repeat as much as it likes. */
const fewNodes = 1_000;
const fewRepeated = 100;
/** go-yaml lets 99 % of the nodes come of aliases in small documents, and 10 % in large ones. */
const small = 400_000;
const large = 4_000_000;

function allowedRepetition(nodes: number): number {
  const size = Math.min(Math.max((nodes - small) / (large - small), 0), 1);
  return 0.99 - 0.89 * size;
}

class Decoder {
  readonly #task: Task;
  /** Aliases that are being followed: one that leads to itself has no end. */
  readonly #following = new Set<Alias>();
  /** To find one is to walk through the document. */
  readonly #targets = new Map<Alias, unknown>();
  /** The first number that JSON cannot hold. One that a later key replaces does no harm. */
  #endless: Scalar | undefined;
  #nodes = 0;
  #repeated = 0;

  constructor(task: Task) {
    this.#task = task;
  }

  value(): unknown {
    const value = this.#valueOf(this.#task.document.contents);
    const isHeld = this.#endless === undefined || isFinite(value);
    if (!isHeld) throw new Mistake(`${String(this.#endless?.value)} is no number in JSON`, this.#endless);
    return value;
  }

  #valueOf(node: unknown): unknown {
    this.#count(node);
    if (isAlias(node)) return this.#follow(node, (target) => this.#valueOf(target));
    if (isMap(node)) {
      const entries = new Map<string, unknown>();
      this.#putAll(node, entries);
      return Object.fromEntries(entries);
    }
    if (isSeq(node)) return node.items.map((item) => this.#valueOf(item));
    return isScalar(node) ? this.#scalar(node) : null;
  }

  #count(node: unknown): void {
    this.#nodes += 1;
    if (this.#following.size > 0) this.#repeated += 1;
    if (this.#repeated <= fewRepeated || this.#nodes <= fewNodes) return;
    if (this.#repeated / this.#nodes > allowedRepetition(this.#nodes)) {
      throw new Mistake('Excessive alias count: too much of the document is repetition', node);
    }
  }

  #follow<T>(alias: Alias, go: (target: unknown) => T): T {
    const target = this.#targets.get(alias) ?? alias.resolve(this.#task.document);
    this.#targets.set(alias, target);
    if (target === undefined) throw new Mistake(`unknown anchor ${alias.source}`, alias);
    if (this.#following.has(alias)) throw new Mistake(`anchor ${alias.source} contains itself`, alias);
    this.#following.add(alias);
    const value = go(target);
    this.#following.delete(alias);
    return value;
  }

  #putAll(map: YAMLMap, entries: Map<string, unknown>): void {
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) this.#merge(value, entries);
      else entries.set(this.#keyOf(key), this.#valueOf(value));
    }
  }

  /** A map, or a list of maps, of which earlier ones beat later ones. */
  #merge(node: unknown, entries: Map<string, unknown>): void {
    if (isSeq(node)) for (const item of node.items.toReversed()) this.#mergeOne(item, entries);
    else this.#mergeOne(node, entries);
  }

  #mergeOne(node: unknown, entries: Map<string, unknown>): void {
    if (!isAlias(node)) {
      this.#mergeMap(node, entries);
      return;
    }
    this.#follow(node, (target) => {
      this.#mergeMap(target, entries);
    });
  }

  #mergeMap(node: unknown, entries: Map<string, unknown>): void {
    this.#count(node);
    if (!isMap(node)) throw new Mistake('<< takes a map, or a list of maps', node);
    this.#putAll(node, entries);
  }

  #keyOf(key: unknown): string {
    if (isAlias(key)) return this.#follow(key, (target) => this.#keyOf(target));
    if (key !== null && !isScalar(key)) throw new Mistake('a key has to be a word', key);
    const written = key === null ? '' : String(key.value);
    const isText = key !== null && !isPlainScalar(key) && typeof tagged(key, written) === 'string';
    const text = isText ? String(tagged(key, written)) : goKeyText(written);
    if (text === undefined) throw new Mistake('a key is missing', key);
    return text;
  }

  /** A block of text whose last line has no end is text without one, whatever its head says. */
  #textOf({ value, type, range }: Scalar): string {
    const text = String(value);
    const isBlock = type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED;
    const isCut = isBlock && range?.[1] === this.#task.cutAt && text.endsWith('\n');
    return isCut ? text.slice(0, -1) : text;
  }

  #scalar(scalar: Scalar): GoScalar {
    const text = this.#textOf(scalar);
    const value = isPlainScalar(scalar) ? resolveGoScalar(text) : tagged(scalar, text);
    if (this.#task.asWritten && value !== null) return text;
    if (typeof value === 'number' && !Number.isFinite(value)) this.#endless ??= scalar;
    return value;
  }
}

/** Whether JSON holds all numbers in a value. */
function isFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinite);
}

function isPlainScalar({ tag, type }: Scalar): boolean {
  return tag === '!' || (tag === undefined && type === Scalar.PLAIN);
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && (isPlainScalar(key) || key.tag === 'tag:yaml.org,2002:merge');
}

const kinds: Readonly<Record<string, (value: GoScalar) => boolean>> = {
  'tag:yaml.org,2002:bool': (value) => typeof value === 'boolean',
  'tag:yaml.org,2002:int': (value) => typeof value === 'number',
  'tag:yaml.org,2002:float': (value) => typeof value === 'number',
  'tag:yaml.org,2002:null': (value) => value === null,
};

/** A scalar with a tag, or in quotes: text, unless the tag says otherwise. */
function tagged(scalar: Scalar, text: string): GoScalar {
  const { tag = '' } = scalar;
  if (tag === 'tag:yaml.org,2002:binary') return fromBase64(scalar, text);
  const isKind = kinds[tag];
  if (isKind === undefined) return text;
  const value = resolveGoScalar(text);
  if (!isKind(value)) throw new Mistake(`cannot be read as ${tag.replace(/.*:/, '')}`, scalar);
  return value;
}

function fromBase64(scalar: Scalar, text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)));
  } catch {
    throw new Mistake('is no base64', scalar);
  }
}
