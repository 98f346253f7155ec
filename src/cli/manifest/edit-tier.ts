/**
 * Gets the text of a manifest and two tiers; gives the text in which the second one has a field of the first.
 *
 * The text is spliced at the place that the parser names, never printed anew: comments, order and layout stay, and the
 * change that a person reviews is one line.
 */
import { isMap, isScalar, isSeq, parseAllDocuments, type Document, type Pair, type YAMLMap } from 'yaml';
import { API_VERSION, KIND } from '../../api/index.ts';
import { Failure } from '../failure.ts';

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

const defaults = { mode: 'False', rolloutPercentage: 100 } as const;

/** @throws Failure naming the file and what it lacks */
export function editTier(text: string, path: string, tiers: Tiers): TierEdit {
  const document = theConfig(text, path, tiers.name);
  const [from, to] = [entryOf(document, tiers.from, path), entryOf(document, tiers.to, path)];
  const config = {
    name: String(document.getIn(['metadata', 'name'])),
    namespace: document.getIn(['metadata', 'namespace']) as string | undefined,
  };
  for (const field of ['mode', 'rolloutPercentage'] as const) {
    const value = (entry: YAMLMap): unknown => entry.get(field) ?? document.getIn(['spec', field]) ?? defaults[field];
    const [wanted, present] = [String(value(from)), String(value(to))];
    if (wanted === present) continue;
    const written = field === 'mode' ? `"${wanted}"` : wanted;
    return { text: withField(text, to, field, written), config, change: { field, from: present, to: wanted } };
  }
  return { text, config, change: undefined };
}

function theConfig(text: string, path: string, name: string | undefined): Document {
  const documents = parseAllDocuments(text) as readonly Document[];
  const mistakes = documents.flatMap(({ errors }) => errors);
  if (mistakes.length > 0) {
    throw new Failure(`${path}: ${mistakes[0]?.message.split('\n', 1)[0] ?? 'not YAML'}; templates cannot be edited`);
  }
  const configs = documents.filter((document) => {
    const isConfig = document.get('kind') === KIND && document.get('apiVersion') === API_VERSION;
    return isConfig && (name === undefined || document.getIn(['metadata', 'name']) === name);
  });
  const [config] = configs;
  if (config === undefined) {
    const which = name === undefined ? '' : ` ${name}`;
    throw new Failure(`${path}: has no ${KIND}${which}; a file of Helm values is no manifest, edit it by hand`);
  }
  if (configs.length > 1) throw new Failure(`${path}: has ${configs.length} of ${KIND}; say which one with --name`);
  return config;
}

function entryOf(document: Document, tier: string, path: string): YAMLMap {
  const tiers = document.getIn(['spec', 'tiers']);
  const entry = isSeq(tiers) ? tiers.items.find((item) => isMap(item) && item.get('name') === tier) : undefined;
  if (isMap(entry)) return entry;
  throw new Failure(`${path}: spec.tiers has no entry for tier ${tier}; add one with its name and mode`);
}

function withField(text: string, entry: YAMLMap, field: TierField, value: string): string {
  const present = rangeOf(entry, field);
  if (present !== undefined) return text.slice(0, present[0]) + value + text.slice(present[1]);
  const [, end] = rangeOf(entry, 'name') ?? [];
  if (end === undefined) throw new Failure(`the tier's entry has no place for ${field}: write it there by hand`);
  const separator = entry.flow ? ', ' : `\n${' '.repeat(columnOf(text, entry.range?.[0] ?? 0))}`;
  return `${text.slice(0, end)}${separator}${field}: ${value}${text.slice(end)}`;
}

/** Where the value of a field begins and ends. */
function rangeOf(entry: YAMLMap, field: string): readonly [number, number] | undefined {
  const value = entry.items.find((pair) => keyOf(pair) === field)?.value;
  return isScalar(value) && value.range ? [value.range[0], value.range[1]] : undefined;
}

const keyOf = ({ key }: Pair): unknown => (isScalar(key) ? key.value : key);

const columnOf = (text: string, at: number): number => at - (text.lastIndexOf('\n', at - 1) + 1);
