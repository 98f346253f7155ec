/**
 * Gets the text of a `-config-file`; gives the flags in it, as if they had been given before those on the command line.
 *
 * As in Skipper: keys are flag names, repeatable and comma separated flags are lists, keys that are nobody's are
 * passed over.
 */
import { parse, YAMLParseError } from 'yaml';
import { skipperFlags } from '../../api/index.ts';
import type { SkipperFlag } from '../../api/index.ts';
import type { GivenFlag } from './flag-values.ts';
import { ownFlags } from './own-flags.ts';

export interface FlagsInFile {
  readonly given: readonly GivenFlag[];
  readonly ignoredKeys: readonly string[];
  readonly problems: readonly string[];
}

type FileFlag = Pick<SkipperFlag, 'name' | 'type'>;

const byConfigKey: ReadonlyMap<string, FileFlag> = new Map<string, FileFlag>([
  ...skipperFlags.flatMap((flag) => (flag.configKey === undefined ? [] : [[flag.configKey, flag] as const])),
  ...Object.keys(ownFlags).map((name) => [name, { name, type: 'string' }] as const),
]);

/** Reads YAML. `path` is for messages. */
export function readConfigFile(text: string, path: string): FlagsInFile {
  const document = parseYaml(text);
  if (typeof document === 'string') return { given: [], ignoredKeys: [], problems: [`${path}: ${document}`] };
  const given: GivenFlag[] = [];
  const ignoredKeys: string[] = [];
  const problems: string[] = [];
  for (const [key, value] of document) {
    const flag = byConfigKey.get(key);
    if (flag === undefined) {
      ignoredKeys.push(key);
      continue;
    }
    const values = textsOf(value, flag.type);
    if (values === undefined) problems.push(`${path}: ${key}: expected ${expectedForm(flag.type)}`);
    else given.push(...values.map((text) => ({ name: flag.name, value: text })));
  }
  return { given, ignoredKeys, problems };
}

function parseYaml(text: string): ReadonlyMap<string, unknown> | string {
  try {
    const document: unknown = parse(text) ?? {};
    if (typeof document !== 'object' || document === null || Array.isArray(document)) return 'expected a map of flags';
    return new Map(Object.entries(document));
  } catch (error) {
    if (error instanceof YAMLParseError) return error.message.split('\n', 1)[0] ?? 'not YAML';
    throw error;
  }
}

function expectedForm(type: SkipperFlag['type']): string {
  return type === 'list' || type === 'multi' ? 'a list of strings' : `a ${type}`;
}

/** The values as a command line would have them; undefined when the form does not fit. */
function textsOf(value: unknown, type: SkipperFlag['type']): readonly string[] | undefined {
  // `kubernetes-allowed-external-names` is a map of lists in Skipper's file; the map's keys mean nothing.
  const lists: readonly unknown[] = isRecord(value) ? Object.values(value) : [value];
  const values = lists.flat();
  if (!values.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) return undefined;
  const texts = values.map(String);
  if (type === 'multi') return texts;
  if (type === 'list') return Array.isArray(value) ? [texts.join(',')] : undefined;
  return texts.length === 1 && !Array.isArray(value) ? texts : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
