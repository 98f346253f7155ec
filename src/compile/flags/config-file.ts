/**
 * Gets the text of a `-config-file`; gives the flags in it, as if they had been given before those on the command line.
 */
import { expectedForm, readSkipperConfigFile, settingTexts } from '../../api/index.ts';
import type { SkipperFlag } from '../../api/index.ts';
import type { GivenFlag } from './flag-values.ts';
import { ownFlagProblem, ownFlags } from './own-flags.ts';

export interface FlagsInFile {
  readonly given: readonly GivenFlag[];
  readonly ignoredKeys: readonly string[];
  readonly problems: readonly string[];
}

type FileFlag = Pick<SkipperFlag, 'name' | 'type'>;

/** Reads YAML. `path` is for messages. */
export function readConfigFile(text: string, path: string): FlagsInFile {
  const settings = readSkipperConfigFile(text);
  if (typeof settings === 'string') return { given: [], ignoredKeys: [], problems: [`${path}: ${settings}`] };
  const given: GivenFlag[] = [];
  const ignoredKeys: string[] = [];
  const problems: string[] = [];
  for (const { key, value, flag = ownFlag(key) } of settings) {
    if (flag === undefined) {
      ignoredKeys.push(key);
      continue;
    }
    const values = settingTexts(value, flag.type);
    const problem =
      values === undefined
        ? `expected ${expectedForm(flag.type)}`
        : values.map((text) => ownFlagProblem(flag.name, text)).find((found) => found !== undefined);
    if (problem !== undefined) problems.push(`${path}: ${key}: ${problem}`);
    else given.push(...(values ?? []).map((text) => ({ name: flag.name, value: text })));
  }
  return { given, ignoredKeys, problems };
}

function ownFlag(key: string): FileFlag | undefined {
  return Object.hasOwn(ownFlags, key) ? { name: key, type: 'string' } : undefined;
}
