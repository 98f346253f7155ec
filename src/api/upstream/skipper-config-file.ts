/**
 * Gets the text of Skipper's `-config-file`. Gives its settings, each with the flag that it stands for.
 *
 * As in Skipper: keys are flag names, repeatable and comma separated flags are lists, keys that are nobody's are
 * accepted in silence, of a key that is there twice the last one counts, and a value has to be of the flag's type:
 * `"true"` in quotes is a word and no boolean (`config/config.go`, ParseArgs).
 */
import { parse, YAMLParseError } from 'yaml';
import type { SkipperFlag } from './skipper-flags-group.ts';
import { fitsFlagType, skipperFlags } from './skipper-flags.ts';

export interface FileSetting {
  readonly key: string;
  /** `undefined` for a key that is nobody's. */
  readonly flag: SkipperFlag | undefined;
  /** As YAML has it. */
  readonly value: unknown;
}

const byConfigKey = new Map(
  skipperFlags.flatMap((flag) => (flag.configKey === undefined ? [] : [[flag.configKey, flag] as const])),
);

/** The settings in their order, or in one sentence why there are none. */
export function readSkipperConfigFile(text: string): readonly FileSetting[] | string {
  try {
    const document: unknown = parse(text, { uniqueKeys: false }) ?? {};
    if (!isRecord(document)) return 'expected a map of flags';
    return Object.entries(document).map(([key, value]) => ({ key, flag: byConfigKey.get(key), value }));
  } catch (error) {
    if (error instanceof YAMLParseError) return error.message.split('\n', 1)[0] ?? 'not YAML';
    throw error;
  }
}

/** Booleans of YAML 1.1, which Skipper reads; this parser takes them for words. */
const oldBooleans: ReadonlyMap<unknown, boolean> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);

/** The values as a command line would have them; `undefined` when the form does not fit. */
export function settingTexts(value: unknown, type: SkipperFlag['type']): readonly string[] | undefined {
  // A key without a value is as good as none.
  if (value === null) return [];
  // `kubernetes-allowed-external-names` is a map of lists in Skipper's file; the map's keys mean nothing.
  const lists: readonly unknown[] = isRecord(value) ? Object.values(value) : [value];
  const values = lists.flat();
  if (!values.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) return undefined;
  const texts = values.map(String);
  if (type === 'multi') return texts;
  if (type === 'list') return Array.isArray(value) ? [texts.join(',')] : undefined;
  return Array.isArray(value) || isRecord(value) ? undefined : scalarText(value, type);
}

function scalarText(value: unknown, type: SkipperFlag['type']): readonly string[] | undefined {
  if (type === 'bool') {
    const flag = oldBooleans.get(value) ?? value;
    return typeof flag === 'boolean' ? [String(flag)] : undefined;
  }
  if ((type === 'int' || type === 'float') && typeof value !== 'number') return undefined;
  const text = String(value);
  return fitsFlagType(type, text) ? [text] : undefined;
}

/** What a setting has to look like, for a message. */
export function expectedForm(type: SkipperFlag['type']): string {
  return type === 'list' || type === 'multi' ? 'a list of strings' : `a ${type}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
