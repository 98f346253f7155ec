/**
 * Gets parsed args. Gives what the switch to a route server would lose or break (`unsupported`), and what a person
 * should know about it (`warnings`).
 */
import { findSkipperFlag, parseGoBool } from '../api/index.ts';
import type { ParsedFlagArgs } from '../api/index.ts';
import type { FlagRemark } from './types.ts';

export interface FlagRemarks {
  readonly unsupported: readonly FlagRemark[];
  readonly warnings: readonly FlagRemark[];
}

/** The last value of each flag. */
type Values = ReadonlyMap<string, string>;
type Check = (values: Values) => FlagRemark | undefined;

const isTrue = (values: Values, name: string): boolean => parseGoBool(values.get(name) ?? 'false') ?? false;
const isSet = (values: Values, name: string): boolean => (values.get(name) ?? '') !== '';
const remark = (applies: boolean, flag: string, reason: string): FlagRemark | undefined =>
  applies ? { flag, reason } : undefined;

const lossesAndBreaks: readonly Check[] = [
  (values) =>
    remark(
      !isTrue(values, 'kubernetes'),
      'kubernetes',
      'is not on in the args, so there is no data client to move; turn it on there, or wire this Skipper by hand',
    ),
  (values) =>
    remark(
      isSet(values, 'config-file'),
      'config-file',
      'may hold data client settings that cannot be moved from here; give them as flags, or use wiring: ConfigFile',
    ),
  (values) =>
    remark(
      isTrue(values, 'kubernetes-enable-tls'),
      'kubernetes-enable-tls',
      "takes certificates from Skipper's own data client and would serve none without it; terminate TLS elsewhere",
    ),
  (values) =>
    remark(
      isSet(values, 'kubernetes-status-from-service'),
      'kubernetes-status-from-service',
      'writes to Ingress objects, which the route server never does; leave the status to another controller',
    ),
  (values) =>
    remark(
      isTrue(values, 'kubernetes') && !isTrue(values, 'kubernetes-in-cluster') && isLocal(values.get('kubernetes-url')),
      'kubernetes-url',
      "points into Skipper's own pod, where the route server is not; use -kubernetes-in-cluster",
    ),
  (values) =>
    remark(
      isTrue(values, 'enable-swarm') && !findsPeersWithoutKubernetes(values),
      'enable-swarm',
      'finds its peers through the data client (SWIM) and Skipper would not start without; use Redis or Valkey',
    ),
];

// Skipper applies these to the routes of all its sources, a route server only to its own.
const appliedToEverySource = ['default-filters-append', 'default-filters-prepend', 'edit-route', 'clone-route'];
const otherSources = ['inline-routes', 'routes-file', 'etcd-urls', 'routes-urls'];

/** What stands in the way of moving this Skipper's data client. */
export function remarksOnSkipper(parsed: ParsedFlagArgs, command: readonly string[]): FlagRemarks {
  const values: Values = new Map(parsed.flags.map(({ name, value }) => [name, value]));
  const flagsInCommand = command.filter((word) => word.startsWith('-')).slice(0, 1);
  return {
    unsupported: [
      ...parsed.problems.map(({ flag, message }) => ({ flag, reason: message })),
      ...flagsInCommand.map((flag) => ({ flag, reason: "is in the container's command; move the flags to its args" })),
      ...lossesAndBreaks.flatMap((check) => check(values) ?? []),
    ],
    warnings: otherSources
      .filter((source) => isSet(values, source) && appliedToEverySource.some((flag) => values.has(flag)))
      .map((flag) => ({ flag, reason: `gives routes that ${appliedToEverySource.join(', ')} no longer reach` })),
  };
}

// Skipper v0.27.65 reads -routes-urls with a client that has no certificate (eskipfile/remote.go), and exits without.
const mutualTlsRemark: FlagRemark = {
  flag: 'enable-mtls',
  reason: 'in extraArgs shuts every Skipper out, which shows no certificate to its -routes-urls; leave it to a mesh',
};

/** What is wrong with `spec.routeServer.extraArgs`. */
export function remarksOnExtraArgs(parsed: ParsedFlagArgs): FlagRemarks {
  const [word] = parsed.programWords;
  const reserved = parsed.flags.filter(({ name }) => name === 'address' || name === 'support-listener');
  return {
    unsupported: [
      ...(word === undefined ? [] : [{ flag: word, reason: 'in extraArgs is no flag' }]),
      ...parsed.problems.map(({ flag, message }) => ({ flag, reason: `in extraArgs ${message}` })),
      ...(isTrue(new Map(parsed.flags.map(({ name, value }) => [name, value])), 'enable-mtls')
        ? [mutualTlsRemark]
        : []),
      ...reserved.map(({ name }) => ({
        flag: name,
        reason: 'in extraArgs is the port that the Service and probes use',
      })),
    ],
    warnings: parsed.flags.flatMap(({ name }) => remarkOnExtra(name) ?? []),
  };
}

function remarkOnExtra(name: string): FlagRemark | undefined {
  const flag = findSkipperFlag(name);
  if (flag?.side === 'dataClient') {
    return { flag: name, reason: "in extraArgs makes the route server's table differ from Skipper's own" };
  }
  if (flag?.routeServer === 'unsupported') {
    return {
      flag: name,
      reason: "in extraArgs is known to Zalando's route server only; ours refuses to start with it",
    };
  }
  return undefined;
}

// Without an address Skipper takes http://localhost:8001 (dataclients/kubernetes, buildAPIURL).
function isLocal(url = 'http://localhost'): boolean {
  return url === '' || /^\w+:\/\/(localhost|127\.|\[::1\])/.test(url);
}

function findsPeersWithoutKubernetes(values: Values): boolean {
  const stores = ['redis', 'valkey'];
  return (
    isSet(values, 'swarm-static-self') ||
    stores.some((store) => ['urls', 'remote'].some((source) => isSet(values, `swarm-${store}-${source}`))) ||
    stores.some((store) => ['namespace', 'name'].every((part) => isSet(values, `kubernetes-${store}-service-${part}`)))
  );
}
