/**
 * Gets the text of Skipper's `-config-file`. Gives its settings, each with the flag that it stands for.
 *
 * As in Skipper: keys are flag names, repeatable and comma separated flags are lists, keys that are nobody's are
 * accepted in silence (`config/config.go`, ParseArgs).
 */
import { parse, YAMLParseError } from 'yaml';
import type { SkipperFlag } from './skipper-flags-group.ts';
import { skipperFlags } from './skipper-flags.ts';

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
    const document: unknown = parse(text) ?? {};
    if (!isRecord(document)) return 'expected a map of flags';
    return Object.entries(document).map(([key, value]) => ({ key, flag: byConfigKey.get(key), value }));
  } catch (error) {
    if (error instanceof YAMLParseError) return error.message.split('\n', 1)[0] ?? 'not YAML';
    throw error;
  }
}

/** The values as a command line would have them; `undefined` when the form does not fit. */
export function settingTexts(value: unknown, type: SkipperFlag['type']): readonly string[] | undefined {
  // `kubernetes-allowed-external-names` is a map of lists in Skipper's file; the map's keys mean nothing.
  const lists: readonly unknown[] = isRecord(value) ? Object.values(value) : [value];
  const values = lists.flat();
  if (!values.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) return undefined;
  const texts = values.map(String);
  if (type === 'multi') return texts;
  if (type === 'list') return Array.isArray(value) ? [texts.join(',')] : undefined;
  return texts.length === 1 && !Array.isArray(value) ? texts : undefined;
}

/** What a setting has to look like, for a message. */
export function expectedForm(type: SkipperFlag['type']): string {
  return type === 'list' || type === 'multi' ? 'a list of strings' : `a ${type}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
