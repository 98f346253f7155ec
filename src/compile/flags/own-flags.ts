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

const isPercentage = (value: string): boolean => /^\d{1,2}$/.test(value);
const isHttpUrl = (value: string): boolean => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

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
  'last-known-good-dir': {
    meaning: 'Directory in which the last table is kept, for a start while the API server is away.',
    expects: 'a directory',
    accepts: () => true,
  },
  'peer-urls': {
    meaning: 'Tables of other replicas, for a start while the API server is away; comma separated.',
    expects: 'http or https URLs such as http://routesrv.kube-system.svc/routes, separated by commas',
    accepts: (value) => value === '' || value.split(',').every(isHttpUrl),
  },
  'peer-tls-ca': {
    meaning:
      "Files with the CAs of peers' certificates, for https in -peer-urls; comma separated. Empty: the system's.",
    expects: 'paths of PEM files',
    accepts: () => true,
  },
  'peer-tls-cert': {
    meaning: 'File with the certificate that is shown to peers, which ask for one with -enable-mtls.',
    expects: 'the path of a PEM file',
    accepts: () => true,
  },
  'peer-tls-key': {
    meaning: 'File with the key of -peer-tls-cert.',
    expects: 'the path of a PEM file',
    accepts: () => true,
  },
  'boot-patience': {
    meaning: 'How long to wait for the API server at start before a last known good table is served.',
    expects: 'a duration above zero, such as 10s',
    accepts: isPositiveDuration,
  },
  'max-shrink-percent': {
    meaning: 'Hold back when more than this share of the routes is gone at once, until a relist or a word. 0: never.',
    expects: 'a whole number from 0 to 99',
    accepts: isPercentage,
  },
  'serving-threads': {
    meaning:
      'Threads that send tables beside the main one, on its port (Linux). Default: a thread for each processor that is left, at most 3. 0: none.',
    expects: 'a whole number from 0 to 16',
    accepts: (value) => /^\d{1,2}$/.test(value) && Number(value) <= 16,
  },
};

export interface TakenFlags {
  readonly given: readonly GivenFlag[];
  readonly rest: readonly string[];
  readonly problems: readonly string[];
}

const variablePrefix = 'ROUTESRV_';

/**
 * Our own flags from the environment: `ROUTESRV_PEER_URLS` for `-peer-urls`. Who writes a pod template need not know
 * whose image will run in it: the original would refuse the flag, and ignores the variable.
 */
export function ownFlagsOfEnv(env: Readonly<Record<string, string | undefined>>): TakenFlags {
  const args = Object.keys(ownFlags).flatMap((name) => {
    const value = env[variablePrefix + name.toUpperCase().replaceAll('-', '_')];
    return value === undefined ? [] : [`-${name}=${value}`];
  });
  return takeOwnFlags(args);
}

/** What is wrong with `value` for our own flag `name`; undefined: nothing, or the flag is none of ours. */
export function ownFlagProblem(name: string, value: string): string | undefined {
  const flag = Object.hasOwn(ownFlags, name) ? ownFlags[name] : undefined;
  if (flag === undefined || flag.accepts(value)) return undefined;
  return `expected ${flag.expects}, found ${JSON.stringify(value)}`;
}

/** Takes our own flags out of `args`; Skipper's parser would stumble over them. */
export function takeOwnFlags(args: readonly string[]): TakenFlags {
  const given: GivenFlag[] = [];
  const rest: string[] = [];
  const problems: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const [, name = '', assigned] = /^--?([a-z-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (!Object.hasOwn(ownFlags, name)) {
      rest.push(arg);
      continue;
    }
    const value = assigned ?? args[++at] ?? '';
    const problem = ownFlagProblem(name, value);
    if (problem === undefined) given.push({ name, value });
    else problems.push(`-${name}: ${problem}`);
  }
  return { given, rest, problems };
}
