/**
 * Gets the program's args; gives values of flags, or why it must not start.
 */
import { findSkipperFlag, parseFlagArgs } from '../../api/index.ts';
import { readConfigFile } from './config-file.ts';
import { FlagValues } from './flag-values.ts';
import type { GivenFlag } from './flag-values.ts';
import { mergeFlags } from './merge-flags.ts';
import { ownFlagsOfEnv, takeOwnFlags } from './own-flags.ts';
import { refusalOf } from './refused-flags.ts';

export interface ReadFlags {
  readonly values: FlagValues;
  /** Each names the flag and says what to do. Not empty: do not start. */
  readonly problems: readonly string[];
  /** Keys of the config file that are no flags. */
  readonly ignoredKeys: readonly string[];
}

/**
 * Reads args, the file that `-config-file` names, through `readFile`, which throws when it cannot, and our own flags
 * from `env`. Args beat the file, and the file beats the environment.
 */
export function readFlags(
  args: readonly string[],
  readFile: (path: string) => string,
  env: Readonly<Record<string, string | undefined>> = {},
): ReadFlags {
  const own = takeOwnFlags(args);
  const skipper = parseFlagArgs(own.rest);
  const onCommandLine: readonly GivenFlag[] = [...skipper.flags, ...own.given];
  const path = new FlagValues(onCommandLine).text('config-file');
  const file = fileFlags(path, readFile);
  const fromEnv = ownFlagsOfEnv(env);
  const given = [...fromEnv.given, ...(path === '' ? onCommandLine : mergeFlags(file.given, onCommandLine))];
  const problems = [
    ...skipper.programWords.map((word) => `${word}: is no flag; give flags only`),
    ...skipper.problems.map(({ flag, message }) => `${named(flag)}: ${message}`),
    ...own.problems,
    ...file.problems,
    ...fromEnv.problems,
    ...unsupported(given),
  ];
  return { values: new FlagValues(given), problems, ignoredKeys: file.ignoredKeys };
}

function named(flag: string): string {
  return flag.startsWith('-') ? flag : `-${flag}`;
}

function fileFlags(path: string, readFile: (path: string) => string): ReturnType<typeof readConfigFile> {
  if (path === '') return { given: [], ignoredKeys: [], problems: [] };
  try {
    return readConfigFile(readFile(path), path);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { given: [], ignoredKeys: [], problems: [`-config-file: cannot be read: ${cause}`] };
  }
}

function unsupported(given: readonly GivenFlag[]): readonly string[] {
  const names = new Set(given.map(({ name }) => name));
  // The file is read above; the table lists it as Skipper's own because wiring handles it apart.
  names.delete('config-file');
  return [...names]
    .filter((name) => findSkipperFlag(name)?.routeServer === 'unsupported')
    .map((name) => {
      const { why, instead } = refusalOf(name);
      return `-${name}: is a flag of Skipper that this route server does not support: ${why}; ${instead}`;
    });
}
