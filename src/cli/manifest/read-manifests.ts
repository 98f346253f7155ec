/**
 * Gets the text of a file with manifests; gives the Kubernetes objects in it, each with its place, and what is none.
 */
import { goYamlValue, readGoYaml } from '../../api/index.ts';
import type { ManifestText } from './manifest-files.ts';
import { lineOf } from './place.ts';
import type { Place, SyntaxTree } from './place.ts';

export type Json = Readonly<Record<string, unknown>>;

/** An object as it is written. */
export interface Manifest {
  /** `''` when there is none, as in the items of a list. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Json;
  /** Where the object is, or a field of it. */
  readonly placeOf: (field?: string) => Place;
}

export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  /** What is no manifest; each names file, line and document. */
  readonly mistakes: readonly string[];
}

/** A document of the file before anybody has looked at what is in it. */
interface Parsed {
  readonly value: unknown;
  /** Made when it is first asked for: for a file in JSON it costs far more than the value. */
  readonly tree: () => SyntaxTree | undefined;
}

/** Reads YAML with any number of documents, or JSON; takes lists apart. */
export function readManifests({ file, text }: ManifestText): ReadManifests {
  const manifests: Manifest[] = [];
  const mistakes: string[] = [];
  const documents = parseJson(text) ?? parseYaml(text, file);
  if (typeof documents === 'string') return { manifests, mistakes: [documents] };
  documents.forEach(({ value, tree }, index) => {
    const place = (field: string): Place => {
      const known = tree();
      return { file, document: index + 1, line: known === undefined ? 1 : lineOf(known, field) };
    };
    takeApart({ value, field: '', kind: '', place }, manifests, mistakes);
  });
  return { manifests, mistakes };
}

interface Candidate {
  readonly value: unknown;
  /** Where it is in the document; `''` for the document itself. */
  readonly field: string;
  /** What it is when it does not say so itself: the items of an IngressList need not. */
  readonly kind: string;
  readonly place: (field: string) => Place;
}

function takeApart(candidate: Candidate, manifests: Manifest[], mistakes: string[]): void {
  const { value, field, place } = candidate;
  // A document that is empty but for comments.
  if (value === null || value === undefined) return;
  const mistake = mistakeIn(candidate);
  if (mistake !== undefined || !isRecord(value)) {
    mistakes.push(`${describePlace(place(field))}: ${mistake ?? ''}`);
    return;
  }
  const kind = textOf(value['kind']) || candidate.kind;
  const items = itemsOf(kind, value);
  if (items === undefined) {
    const placeOf = (inside = ''): Place => place(inside === '' ? field : `${field}.${inside}`);
    manifests.push({ apiVersion: textOf(value['apiVersion']), kind, raw: value, placeOf });
    return;
  }
  const itemKind = kind.slice(0, -listSuffix.length);
  items.forEach((item, index) => {
    takeApart({ value: item, field: `${field}.items[${index}]`, kind: itemKind, place }, manifests, mistakes);
  });
}

function mistakeIn({ value, kind }: Candidate): string | undefined {
  if (!isRecord(value)) return `expected a Kubernetes object, found ${Array.isArray(value) ? 'a list' : 'plain text'}`;
  return textOf(value['kind']) === '' && kind === '' ? 'is no Kubernetes object: it has no kind' : undefined;
}

const listSuffix = 'List';

/** Undefined when the object is no list of objects. */
function itemsOf(kind: string, { items }: Json): readonly unknown[] | undefined {
  if (!kind.endsWith(listSuffix)) return undefined;
  return items === null ? [] : Array.isArray(items) ? items : undefined;
}

/** `file:line (document n)`. */
export function describePlace({ file, line, document }: Place): string {
  return `${file}:${line} (document ${document})`;
}

/** Undefined when the text is no JSON. */
function parseJson(text: string): readonly Parsed[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    let known: SyntaxTree | undefined;
    return [{ value, tree: () => (known ??= readGoYaml(text)[0]) }];
  } catch {
    // YAML in flow style begins alike, and the YAML parser says where broken JSON is broken.
    return undefined;
  }
}

/** As kubectl reads it, which is as Go does; but a key that is there twice is told. */
function parseYaml(text: string, file: string): readonly Parsed[] | string {
  const parsed: Parsed[] = [];
  for (const [index, tree] of readGoYaml(text, { uniqueKeys: true }).entries()) {
    const read = goYamlValue(tree);
    if (!read.ok) {
      const { line, col } = tree.lines.linePos(read.offset);
      return `${file}:${line}:${col} (document ${index + 1}): ${read.message}`;
    }
    parsed.push({ value: read.value, tree: () => tree });
  }
  return parsed;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
