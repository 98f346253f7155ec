/**
 * Gets `spec.skipper.settings`, the text of a direct Skipper's `-config-file`. Gives its settings in the form of args,
 * and the text for a Skipper that reads from the route server.
 */
import { stringify } from 'yaml';
import { expectedForm, findSkipperFlag, readSkipperConfigFile, settingTexts } from '../api/index.ts';
import type { FileSetting } from '../api/index.ts';
import { deriveFlags } from './derive-flags.ts';
import type { FlagRemark } from './types.ts';

export interface SettingsRead {
  /** The settings as args, in their order; a wrong one is left out. */
  readonly args: readonly string[];
  /** What Skipper would refuse, or pass over in silence. */
  readonly problems: readonly FlagRemark[];
}

export function readSettings(text: string): SettingsRead {
  const settings = readSkipperConfigFile(text);
  if (typeof settings === 'string') {
    return {
      args: [],
      problems: [{ flag: 'config-file', reason: `cannot be made of spec.skipper.settings: ${settings}` }],
    };
  }
  const problems = settings.map(problemOf);
  return {
    args: settings.flatMap((setting, index) => (problems[index] === undefined ? argsOf(setting) : [])),
    problems: problems.filter((problem) => problem !== undefined),
  };
}

function argsOf({ flag, value }: FileSetting): readonly string[] {
  if (flag === undefined) return [];
  return (settingTexts(value, flag.type) ?? []).map((text) => `-${flag.name}=${text}`);
}

function problemOf({ key, flag, value }: FileSetting): FlagRemark | undefined {
  const wrong = (reason: string): FlagRemark => ({ flag: key, reason: `in spec.skipper.settings ${reason}` });
  if (flag === undefined) return wrong("is no key of Skipper's config file, which accepts it in silence");
  if (flag.type === 'bool' && typeof value !== 'boolean') return wrong('is a boolean: write true or false, unquoted');
  // Repeatable flags, but one value each in the file (config.go, routeChangerConfig).
  const isOne = flag.name === 'edit-route' || flag.name === 'clone-route';
  if (isOne && typeof value !== 'string') return wrong('takes one value in a file: make do with one expression');
  const isOpaque = flag.side === 'skipper' && !['bool', 'list'].includes(flag.type);
  const isFit = isOpaque || settingTexts(value, flag.type) !== undefined;
  return isFit ? undefined : wrong(`is not ${expectedForm(flag.type)}`);
}

/** The file of a Skipper that reads from the route server: the settings without a data client, and with its URL. */
export function fedSettings(text: string, serviceUrl: string): string {
  const settings = readSkipperConfigFile(text);
  if (typeof settings === 'string') return text;
  const { args } = readSettings(text);
  const gained = deriveFlags({ args, serviceUrl })
    .skipperArgs.filter((arg) => !args.includes(arg))
    .map(settingOf);
  const kept = settings
    .filter(({ flag }) => flag?.side !== 'dataClient')
    .map(({ key, value }): readonly [string, unknown] => [key, value]);
  // The later one of two with the same name stays, such as `routes-urls`.
  return stringify(Object.fromEntries([...kept, ...gained]));
}

/** What a moved Skipper gains. Lists have to be YAML lists, and booleans must not be quoted. */
function settingOf(arg: string): readonly [string, unknown] {
  const [, name = '', value] = /^-([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
  if (value === undefined) return [name, true];
  return [name, findSkipperFlag(name)?.type === 'list' ? value.split(',') : value];
}
