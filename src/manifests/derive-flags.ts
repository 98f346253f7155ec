/**
 * Gets Skipper's own args. Gives the args of the route server, and those of a Skipper that reads from it.
 *
 * The route server's flags are always derived, never written twice: two sets of flags drift apart, and each drift is a
 * difference between the two tables. Sources for what moves: `api/upstream/skipper-flags-moved.ts`.
 */
import { findSkipperFlag, parseFlagArgs, parseGoBool } from '../api/index.ts';
import type { ParsedFlag, ParsedFlagArgs, SkipperFlagSide } from '../api/index.ts';
import { remarksOnExtraArgs, remarksOnSkipper } from './flag-remarks.ts';
import type { FlagRemark } from './types.ts';

/** The route server's ports, in its args, container and Service. */
export const ROUTES_PORT = 9990;
export const SUPPORT_PORT = 9911;

export interface FlagSource {
  /** Of Skipper's container. Its flags have to be in `args`: a command with flags is reported. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** `routeServerUrl(config)`. */
  readonly serviceUrl: string;
  /** `spec.routeServer.extraArgs`. */
  readonly extraArgs?: readonly string[];
}

export interface DerivedFlags {
  readonly routeServerArgs: readonly string[];
  /** Skipper's args once it reads from the route server. */
  readonly skipperArgs: readonly string[];
  /** The URL in Skipper's `-routes-urls`; a `$(VAR)` in the zone is left to the kubelet. */
  readonly routesUrl: string;
  /** What the switch would lose or break: none may be left when Skippers are switched. */
  readonly unsupported: readonly FlagRemark[];
  /** What a person should know, and which holds nothing. */
  readonly warnings: readonly FlagRemark[];
}

/** Splits Skipper's args between Skipper and the route server; the order of repeated flags stays. */
export function deriveFlags(source: FlagSource): DerivedFlags {
  const parsed = parseFlagArgs(source.args ?? []);
  const extra = source.extraArgs ?? [];
  const onSkipper = remarksOnSkipper(parsed, source.command ?? []);
  const onExtra = remarksOnExtraArgs(parseFlagArgs(extra));
  const routesUrl = routesUrlFor(source.serviceUrl, parsed);
  return {
    routeServerArgs: [...routeServerArgs(parsed), ...extra],
    skipperArgs: skipperArgs(parsed, source.serviceUrl, routesUrl),
    routesUrl,
    unsupported: [...onSkipper.unsupported, ...onExtra.unsupported],
    warnings: [...onSkipper.warnings, ...onExtra.warnings],
  };
}

/** The value of a flag that is not repeatable: the last one wins. */
export function flagValue({ flags }: Pick<ParsedFlagArgs, 'flags'>, name: string): string | undefined {
  return flags.findLast((flag) => flag.name === name)?.value;
}

/** Whether a boolean flag that is off by default is on. */
export function isOn(parsed: Pick<ParsedFlagArgs, 'flags'>, name: string): boolean {
  return parseGoBool(flagValue(parsed, name) ?? 'false') ?? false;
}

function routesUrlFor(serviceUrl: string, parsed: ParsedFlagArgs): string {
  const zone = flagValue(parsed, 'kubernetes-topology-zone') ?? '';
  // A variable has to stay readable for the kubelet, and names of zones need no escaping.
  const segment = zone.includes('$(') ? zone : encodeURIComponent(zone);
  return zone === '' ? `${serviceUrl}/routes` : `${serviceUrl}/routes/${segment}`;
}

function routeServerArgs(parsed: ParsedFlagArgs): readonly string[] {
  const moved = parsed.flags.filter(({ name }) => {
    // With a zone of its own it would narrow every table, /routes too; Skipper asks for /routes/<zone> instead.
    return belongsTo(name, ['dataClient', 'both']) && name !== 'kubernetes-topology-zone';
  });
  return [
    ...moved.flatMap(({ raw }) => raw),
    `-address=:${ROUTES_PORT}`,
    `-support-listener=:${SUPPORT_PORT}`,
    // Long enough for every node to forget the endpoint; the default of 45 s outlives the pod's grace period.
    '-wait-for-healthcheck-interval=5s',
  ];
}

function skipperArgs(parsed: ParsedFlagArgs, serviceUrl: string, routesUrl: string): readonly string[] {
  const kept = parsed.flags.filter(({ name }) => !belongsTo(name, ['dataClient']) && name !== 'routes-urls');
  const others = (flagValue(parsed, 'routes-urls') ?? '').split(',').filter((url) => url !== '' && url !== routesUrl);
  return [
    ...parsed.programWords,
    ...kept.flatMap(withRemoteDataClient),
    `-routes-urls=${[...others, routesUrl].join(',')}`,
    // -kubernetes had turned it on, whatever -normalize-host said (config.go, ParseArgs).
    ...(isOn(parsed, 'normalize-host') ? [] : ['-normalize-host']),
    ...shardsFrom(parsed, serviceUrl, 'redis'),
    ...shardsFrom(parsed, serviceUrl, 'valkey'),
    ...parsed.rest,
  ];
}

// Skipper exits at start when a data client that was ensured is not there.
function withRemoteDataClient({ name, raw, value }: ParsedFlag): readonly string[] {
  if (name !== 'ensure-dataclients' || !value.split(',').includes('kubernetes')) return raw;
  const clients = value.split(',').map((client) => (client === 'kubernetes' ? 'eskipfile-remote' : client));
  return [`-ensure-dataclients=${clients.join(',')}`];
}

// The service is looked up through the Kubernetes data client; without one, Skipper asks the route server.
function shardsFrom(parsed: ParsedFlagArgs, serviceUrl: string, store: 'redis' | 'valkey'): readonly string[] {
  const named = ['namespace', 'name'].every((part) =>
    Boolean(flagValue(parsed, `kubernetes-${store}-service-${part}`)),
  );
  return named ? [`-swarm-${store}-remote=${serviceUrl}/swarm/${store}/shards`] : [];
}

function belongsTo(name: string, sides: readonly SkipperFlagSide[]): boolean {
  const side = findSkipperFlag(name)?.side;
  return side !== undefined && sides.includes(side);
}
