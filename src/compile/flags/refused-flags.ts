/**
 * Gets the name of a flag of Skipper that our route server refuses; gives why, and what to do instead.
 *
 * Most mean something to Skipper's proxy alone: the original route server takes them and does nothing. Those on which it
 * does act have a reason of their own. Sources: `routesrv/routesrv.go`, `KubernetesDataClientOptions` and `TlsConfig` in
 * `skipper.go`, v0.27.65.
 */

interface Refusal {
  /** What the flag would do, and why this route server does not. */
  readonly why: string;
  readonly instead: string;
}

const leaveIt = 'leave it with Skipper';
const forProxy: Refusal = { why: "it is for Skipper's proxy alone", instead: leaveIt };
const noSpans: Refusal = { why: 'no traces are made of polls and answers, which its metrics time', instead: leaveIt };
const noFilters: Refusal = {
  why: 'it is for the filters of -route-server-filters, which there are not',
  instead: leaveIt,
};
const noProfiles: Refusal = { why: 'it profiles programs written in Go', instead: leaveIt };

/** The flag is read, and its option never set. */
const lost: Refusal = { why: 'the original loses it, in Skipper as well', instead: 'leave it out' };

const refusals: Readonly<Record<string, Refusal>> = {
  'kubernetes-status-from-service': {
    why: 'it writes the address of a Service into the status of Ingresses, and this route server may only read',
    instead: 'let another controller, or one Skipper that reads the cluster itself, do that',
  },
  'kubernetes-enable-tls': {
    why: 'certificates come to Skipper with its own Kubernetes data client, and not with routes',
    instead: 'leave it with a Skipper that reads the cluster itself',
  },
  'route-server-filters': {
    why: 'no filters run on requests for the table',
    instead: 'say with -enable-mtls, or a NetworkPolicy, who may ask for it',
  },
  'oauth2-tokeninfo-url': noFilters,
  'oauth2-tokeninfo-timeout': noFilters,
  'oauth2-tokeninfo-cache-size': noFilters,
  'oauth2-tokeninfo-cache-ttl': noFilters,
  'opentracing-client-trace-by-tag': noFilters,
  'idle-conns-num': noFilters,
  opentracing: noSpans,
  'open-telemetry': noSpans,
  'enable-profile': noProfiles,
  'block-profile-rate': noProfiles,
  'mutex-profile-fraction': noProfiles,
  'memory-profile-rate': lost,
  'exclude-insecure-cipher-suites': { why: "its cipher suites are Node's own", instead: leaveIt },
  'tls-key-log-file': { why: 'the keys of its connections are never written down', instead: leaveIt },
  'opentracing-backend-name-tag': lost,
};

/** Why the flag `name`, without dashes, is refused. */
export function refusalOf(name: string): Refusal {
  return refusals[name] ?? forProxy;
}
