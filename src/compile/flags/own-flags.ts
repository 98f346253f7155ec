/**
 * Gets args; gives our own flags, which Skipper does not have, and the args without them.
 */
import { parseGoDuration } from '../../api/index.ts';
import type { GivenFlag } from './flag-values.ts';

interface OwnFlag {
  readonly meaning: string;
  readonly expects: string;
  readonly accepts: (value: string) => boolean;
}

const isPositiveDuration = (value: string): boolean => (parseGoDuration(value) ?? 0) > 0;

/** Flags that only our route server has. */
export const ownFlags: Readonly<Record<string, OwnFlag>> = {
  source: {
    meaning: 'How changes are noticed: watch the API server, or list everything each -source-poll-timeout.',
    expects: 'watch or poll',
    accepts: (value) => value === 'watch' || value === 'poll',
  },
  'publish-interval': {
    meaning: 'Least time between two publications: each costs every Skipper a parse of the whole table.',
    expects: 'a duration above zero, such as 1s',
    accepts: isPositiveDuration,
  },
  'relist-interval': {
    meaning: 'Time between the lists that prove that a watch missed nothing.',
    expects: 'a duration above zero, such as 10m',
    accepts: isPositiveDuration,
  },
};

export interface TakenFlags {
  readonly given: readonly GivenFlag[];
  readonly rest: readonly string[];
  readonly problems: readonly string[];
}

/** Takes our own flags out of `args`; Skipper's parser would stumble over them. */
export function takeOwnFlags(args: readonly string[]): TakenFlags {
  const given: GivenFlag[] = [];
  const rest: string[] = [];
  const problems: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const [, name = '', assigned] = /^--?([a-z-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const flag = Object.hasOwn(ownFlags, name) ? ownFlags[name] : undefined;
    if (flag === undefined) {
      rest.push(arg);
      continue;
    }
    const value = assigned ?? args[++at] ?? '';
    if (flag.accepts(value)) given.push({ name, value });
    else problems.push(`-${name}: expected ${flag.expects}, found ${JSON.stringify(value)}`);
  }
  return { given, rest, problems };
}
