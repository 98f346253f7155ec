/**
 * Gets the text of Skipper's `-config-file`. Gives its settings, each with the flag that it stands for.
 *
 * As in Skipper: keys are flag names, repeatable and comma separated flags are lists, keys that are nobody's are
 * accepted in silence, of a key that is there twice the last one counts, and a value has to be of the flag's type:
 * `"true"` in quotes is a word and no boolean (`config/config.go`, ParseArgs).
 */
import { goYamlValue, readGoYaml } from './go-yaml.ts';
import type { GoYamlDocument, GoYamlMistake } from './go-yaml.ts';
import type { SkipperFlag } from './skipper-flags-group.ts';
import { fitsFlagType, skipperFlags } from './skipper-flags.ts';

export interface FileSetting {
  readonly key: string;
  /** `undefined` for a key that is nobody's. */
  readonly flag: SkipperFlag | undefined;
  /** As Go has it: what is written, where it is for text, and else what that means in YAML 1.1. */
  readonly value: unknown;
}

const byConfigKey = new Map(
  skipperFlags.flatMap((flag) => (flag.configKey === undefined ? [] : [[flag.configKey, flag] as const])),
);

/** What goes into a field for text as it is written: a host `0777`, or a zone `on`. */
const textTypes: ReadonlySet<SkipperFlag['type'] | undefined> = new Set(['string', 'list', 'multi'] as const);

/** The settings in their order, or in one sentence why there are none. */
export function readSkipperConfigFile(text: string): readonly FileSetting[] | string {
  const [document] = readGoYaml(text);
  if (document === undefined) return [];
  const [meant, written] = [goYamlValue(document), goYamlValue(document, { asWritten: true })];
  if (!meant.ok) return told(document, meant);
  if (!written.ok) return told(document, written);
  const [values, texts] = [meant.value ?? {}, written.value];
  if (!isRecord(values)) return 'expected a map of flags';
  return Object.entries(values).map(([key, value]) => {
    const flag = byConfigKey.get(key);
    return { key, flag, value: textTypes.has(flag?.type) && isRecord(texts) ? texts[key] : value };
  });
}

function told({ lines }: GoYamlDocument, { offset, message }: GoYamlMistake): string {
  const { line, col } = lines.linePos(offset);
  return `${message} at line ${line}, column ${col}`;
}

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
  if (type === 'bool') return typeof value === 'boolean' ? [String(value)] : undefined;
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
