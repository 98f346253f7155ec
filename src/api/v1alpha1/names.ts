/** The fixed words by which Kubernetes and people name our kind: group, plural, finalizer, annotations. */

export const GROUP = 'routesrv.dev';
export const VERSION = 'v1alpha1';
export const KIND = 'RouteServerConfig';
export const PLURAL = 'routeserverconfigs';
export const API_VERSION = `${GROUP}/${VERSION}` as const;

/** Longest `metadata.name`: the names derived from it must stay within the 63 characters of a DNS label. */
export const MAX_NAME_LENGTH = 40;

/** Held until Skippers are back on their own data client and the route server is gone. */
export const FINALIZER = `${GROUP}/release-skippers` as const;

/** A person sets this to the `metadata.generation` they approve, for `spec.rollout.approval: Manual`. */
export const APPROVED_GENERATION_ANNOTATION = `${GROUP}/approved-generation` as const;

/** A person sets this to `status.fallback.since` to end that fallback: Skippers are moved again, step by step. */
export const ACKNOWLEDGED_FALLBACK_ANNOTATION = `${GROUP}/acknowledged-fallback` as const;

/** Route servers when the spec gives neither `replicas` nor `autoscaling`. */
export const DEFAULT_ROUTE_SERVER_REPLICAS = 2;
