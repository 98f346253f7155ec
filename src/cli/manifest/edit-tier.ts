/**
 * Gets the text of a manifest and two tiers; gives the text in which the second one has a field of the first.
 *
 * The edited text is read once more, as kubectl reads it: it has to mean what it meant, but for that one field.
 */
import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isSeq, type Document, type YAMLMap } from 'yaml';
import { API_VERSION, goYamlValue, KIND, readGoYaml } from '../../api/index.ts';
import { Failure } from '../failure.ts';
import { isRecord, type Json } from './read-manifests.ts';
import { spliceField } from './splice-field.ts';

export interface TierEdit {
  readonly text: string;
  readonly config: { readonly name: string; readonly namespace: string | undefined };
  /** `undefined` when both tiers have the same already. */
  readonly change: { readonly field: TierField; readonly from: string; readonly to: string } | undefined;
}
type TierField = 'mode' | 'rolloutPercentage';

interface Tiers {
  readonly from: string;
  readonly to: string;
  /** The config that is meant, when the file has several. */
  readonly name?: string;
}

interface ReadDocument {
  readonly document: Document;
  readonly value: unknown;
}

/** A config, or an entry of its tiers: what it comes to, and where it is written. */
interface Place {
  readonly value: Json;
  readonly node: YAMLMap;
  readonly document: Document;
}

const fields: Readonly<
  Record<TierField, { readonly unset: unknown; isOne(value: unknown): boolean; allowed: string }>
> = {
  mode: {
    unset: 'False',
    isOne: (value) => value === 'False' || value === 'Pre' || value === 'Exec',
    allowed: '"False", "Pre" or "Exec", with quotes',
  },
  rolloutPercentage: {
    unset: 100,
    isOne: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 100,
    allowed: 'a whole number from 0 to 100',
  },
};

/** @throws Failure naming the file and what it lacks, or why it cannot be edited */
export function editTier(text: string, path: string, tiers: Tiers): TierEdit {
  if (tiers.from === tiers.to) throw new Failure(`--from and --to both name tier ${tiers.from}: give two tiers`);
  const documents = readDocuments(text, path);
  const found = theConfig(documents, path, tiers.name);
  const [from, to] = [entryOf(found, tiers.from, path), entryOf(found, tiers.to, path)];
  const config = keyOf(found, path);
  for (const field of ['mode', 'rolloutPercentage'] as const) {
    const wanted = valueIn(from, found, field);
    const present = valueIn(to, found, field);
    if (!fields[field].isOne(wanted)) {
      const where = `${path}: spec.tiers: ${field} of tier ${tiers.from}`;
      throw new Failure(`${where} is ${JSON.stringify(wanted)}; write ${fields[field].allowed}`);
    }
    if (wanted === present) continue;
    const change = { field, from: String(present), to: String(wanted) };
    return { text: edited({ text, path, documents }, { entry: to, tier: tiers.to, field, wanted }), config, change };
  }
  return { text, config, change: undefined };
}

function valueIn({ value }: Place, config: Place, field: TierField): unknown {
  const { spec } = config.value;
  return value[field] ?? (isRecord(spec) ? spec[field] : undefined) ?? fields[field].unset;
}

function keyOf({ value: { metadata } }: Place, path: string): TierEdit['config'] {
  const { name, namespace } = isRecord(metadata) ? metadata : {};
  if (typeof name !== 'string') throw new Failure(`${path}: its ${KIND} has no metadata.name; give it one`);
  return { name, namespace: typeof namespace === 'string' ? namespace : undefined };
}

function theConfig(documents: readonly ReadDocument[], path: string, name: string | undefined): Place {
  const configs = documents
    .flatMap(({ document, value }) => configsIn(value, document.contents, document))
    .filter(({ value: { metadata } }) => name === undefined || (isRecord(metadata) && metadata['name'] === name));
  const [config] = configs;
  if (config === undefined) {
    const which = name === undefined ? '' : ` ${name}`;
    throw new Failure(`${path}: has no ${KIND}${which}; a file of Helm values is no manifest, edit it by hand`);
  }
  if (configs.length > 1) throw new Failure(`${path}: has ${configs.length} of ${KIND}; say which one with --name`);
  return config;
}

function readDocuments(text: string, path: string): readonly ReadDocument[] {
  return readGoYaml(text, { uniqueKeys: true }).map((tree, index) => {
    const read = goYamlValue(tree);
    if (read.ok) return { document: tree.document, value: read.value };
    const { line, col } = tree.lines.linePos(read.offset);
    const hint = text.includes('{{') ? '; templates cannot be edited' : '';
    throw new Failure(`${path}:${line}:${col} (document ${index + 1}): ${read.message}${hint}`);
  });
}

/** Those in a document: itself, or the items of a list. */
function configsIn(value: unknown, node: unknown, document: Document): readonly Place[] {
  if (!isRecord(value) || !isMap(node)) return [];
  const { kind, apiVersion, items } = value;
  if (kind === KIND && apiVersion === API_VERSION) return [{ value, node, document }];
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [];
  const nodes = childOf(node, 'items', document);
  return isSeq(nodes) ? items.flatMap((item, index) => configsIn(item, nodes.items[index], document)) : [];
}

function entryOf({ value, node, document }: Place, tier: string, path: string): Place {
  const spec = childOf(node, 'spec', document);
  const list = isMap(spec) ? childOf(spec, 'tiers', document) : undefined;
  const tiers = isRecord(value['spec']) ? value['spec']['tiers'] : undefined;
  const entries = (Array.isArray(tiers) ? tiers : []).flatMap((entry: unknown, index): readonly Place[] => {
    const written = isSeq(list) ? resolved(list.items[index], document) : undefined;
    return isRecord(entry) && entry['name'] === tier && isMap(written)
      ? [{ value: entry, node: written, document }]
      : [];
  });
  const [entry] = entries;
  if (entries.length > 1)
    throw new Failure(`${path}: spec.tiers has ${entries.length} entries for tier ${tier}; keep one`);
  if (entry === undefined) {
    throw new Failure(`${path}: spec.tiers has no entry for tier ${tier}; add one with its name and mode`);
  }
  return entry;
}

const childOf = (map: YAMLMap, key: string, document: Document): unknown => resolved(map.get(key, true), document);

const resolved = (node: unknown, document: Document): unknown => (isAlias(node) ? node.resolve(document) : node);

interface Manifest {
  readonly text: string;
  readonly path: string;
  readonly documents: readonly ReadDocument[];
}
interface Change {
  readonly entry: Place;
  readonly tier: string;
  readonly field: TierField;
  readonly wanted: unknown;
}

/** @throws Failure when the text would mean something else besides, or nothing any more */
function edited({ text, path, documents }: Manifest, { entry, tier, field, wanted }: Change): string {
  const value = JSON.stringify(wanted);
  const spliced = spliceField(text, entry.node, { field, value, after: 'name' });
  const meant = documents.map((document) => withIn(document.value, entry.value, { ...entry.value, [field]: wanted }));
  if (spliced !== undefined && isDeepStrictEqual(meaningOf(spliced), meant)) return spliced;
  const why = 'an anchor shares it with other places, or a merge sets it';
  throw new Failure(
    `${path}: ${field} of tier ${tier} cannot be edited alone: ${why}; write ${field}: ${value} by hand`,
  );
}

/** Undefined for a document that cannot be read. */
function meaningOf(text: string): readonly unknown[] {
  return readGoYaml(text, { uniqueKeys: true }).map((tree) => {
    const read = goYamlValue(tree);
    return read.ok ? read.value : undefined;
  });
}

/** A copy of `value` in which `by` stands in the place of `old`. */
function withIn(value: unknown, old: unknown, by: unknown): unknown {
  if (value === old) return by;
  if (Array.isArray(value)) return value.map((item) => withIn(item, old, by));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withIn(inner, old, by)]));
}
