/**
 * Gets: groups of flag names. Gives: one record per flag, with everything that wiring and the route server ask about it.
 */

/**
 * How Skipper reads a flag's value.
 * `list` and `map` are comma separated and the last occurrence wins; each occurrence of a `multi` adds a value.
 */
export type SkipperFlagType = 'bool' | 'string' | 'int' | 'float' | 'duration' | 'list' | 'map' | 'multi' | 'yaml';

/**
 * Who needs the flag once Skipper reads its routes from a route server:
 * - `skipper`: it stays where it is.
 * - `dataClient`: it leaves Skipper for the route server.
 * - `both`: Skipper keeps it and the route server gets the same value.
 * - `routeServer`: Skipper accepts it, but only a route server acts on it.
 * - `direct`: what it turns on needs Skipper's own Kubernetes data client and is lost without it.
 */
export type SkipperFlagSide = 'skipper' | 'dataClient' | 'both' | 'routeServer' | 'direct';

/** Whether our own route server accepts the flag; Zalando's accepts them all. */
type RouteServerSupport = 'supported' | 'unsupported';

/** A command line flag of Skipper v0.27.65, which its route server shares. */
export interface SkipperFlag {
  /** Without the leading dash. */
  readonly name: string;
  readonly type: SkipperFlagType;
  /** Each occurrence counts, and their order does. */
  readonly repeatable: boolean;
  /** The key in a `-config-file`; absent where the file has none. */
  readonly configKey?: string;
  readonly side: SkipperFlagSide;
  readonly routeServer: RouteServerSupport;
}

/** Flags that share a side, by the type of their value. */
export interface FlagGroup {
  readonly side: SkipperFlagSide;
  readonly routeServer: RouteServerSupport;
  readonly names: Partial<Readonly<Record<SkipperFlagType, readonly string[]>>>;
}

// The only names that differ between the command line and the file.
const configKeys: Readonly<Record<string, string | undefined>> = {
  'config-file': undefined,
  'kubernetes-allowed-external-name': 'kubernetes-allowed-external-names',
};

/** Flattens groups into flags, in the order of the groups. */
export function ungroup(groups: readonly FlagGroup[]): readonly SkipperFlag[] {
  return groups.flatMap((group) =>
    Object.entries(group.names).flatMap(([type, names]) =>
      names.map((name) => toFlag(name, type as SkipperFlagType, group)),
    ),
  );
}

function toFlag(name: string, type: SkipperFlagType, { side, routeServer }: FlagGroup): SkipperFlag {
  const configKey = Object.hasOwn(configKeys, name) ? configKeys[name] : name;
  const flag = { name, type, repeatable: type === 'multi', side, routeServer };
  return configKey === undefined ? flag : { ...flag, configKey };
}
