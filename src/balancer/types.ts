/** The nouns of the client-side balancer: endpoints in, endpoints and explanations out. Types only. */

/** Where a request may go, as the caller (or a watcher) names it. */
export interface EndpointInput {
  /** As Skipper's Kubernetes data client writes it: `http://10.2.1.53:8080`, IPv6 in brackets. Hashed as it is. */
  readonly address: string;
  /** Topology zone, for example `eu-central-1a`. Not part of what is hashed. */
  readonly zone?: string;
  /** Names for logs and error messages. */
  readonly pod?: string;
  /** The node that the pod runs on. */
  readonly node?: string;
}

/** An endpoint that a balancer knows. The same object is handed out until one of its fields changes. */
export interface Endpoint extends EndpointInput {
  /** Row of this endpoint in its balancer's tables. Stays with the address while anything refers to it. */
  readonly slot: number;
}

/** `utf8`: text of this program. `latin1`: one byte per character, as Node hands out header values. */
export type KeyEncoding = 'utf8' | 'latin1';

/** Time and randomness, handed in because this room has neither. */
export interface BalancerParts {
  /** Milliseconds; a monotonic clock is best, one that jumps is survived. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Names of the algorithms, as Skipper's filters and annotations have them. */
export const algorithmNames = [
  'consistentHash',
  'roundRobin',
  'random',
  'powerOfRandomNChoices',
  'weightedRoundRobin',
  'leastRequests',
] as const;

/** The names are Skipper's own (loadbalancer/algorithm.go). */
export type AlgorithmName = (typeof algorithmNames)[number];

/** How an endpoint that has just appeared is warmed up. */
export interface FadeInOptions {
  /**
   * `skipper`: one draw per request drops new endpoints at random (proxy/fadein.go).
   * `n-ring`: each key moves once, from its old owner to its new one; without keys it is Skipper's rule.
   */
  readonly mode: 'skipper' | 'n-ring';
  /** Default 30,000. */
  readonly durationMs?: number;
  /** Weight of a new endpoint is (age / duration)^exponent. Default 2.5. */
  readonly exponent?: number;
}

/** Keeps hot keys from overloading their owner (consistent hash only). */
export interface BoundedLoadOptions {
  /** `inflight` is Skipper's rule; `occupancy` also counts how busy and how slow an endpoint has been. */
  readonly load: 'inflight' | 'occupancy';
  /** An endpoint takes a key while its load ≤ average × factor. At least 1; default 1.25. */
  readonly factor?: number;
}

/** Keeps requests in the caller's zone. */
export interface ZoneOptions {
  /** Where this process runs. */
  readonly own: string;
  /**
   * `skipper`: only own-zone endpoints when there are at least 3.
   * `latency`: a share of keys that ramps up, and goes down when the own zone is slow.
   */
  readonly mode: 'skipper' | 'latency';
  /** How much slower the own zone's P99 may be than that of all zones, as a ratio. Default 1.35. */
  readonly latencyFactor?: number;
  /** Time in which the own zone's share ramps to 1, as (age / ramp)^2.5. Default 30,000. */
  readonly rampMs?: number;
}

/** Skipper's passive health check (routing/endpointregistry.go, proxy/healthy_endpoints.go). */
export interface HealthOptions {
  /** How often failures are turned into weights and drop probabilities, in ms. */
  readonly periodMs: number;
  /** Endpoints with no more requests than this in a period count as healthy. A whole number from 0. */
  readonly minRequests: number;
  /** Up to this share of failed requests nothing is dropped. From 0 on, and less than `maxDropProbability`. */
  readonly minDropProbability: number;
  /** Never drop more than this share of an endpoint's requests. At most 1. */
  readonly maxDropProbability: number;
  /** When a larger share of endpoints would be dropped, none is. 0 to 1. */
  readonly maxUnhealthyEndpointsRatio: number;
}

/** How a balancer chooses. What is left out is off, or as in Skipper. */
export interface BalancerOptions {
  /** Default `consistentHash`. */
  readonly algorithm?: AlgorithmName;
  /** How many endpoints powerOfRandomNChoices looks at. Default 2, as in Skipper. */
  readonly choices?: number;
  /** Off when missing. */
  readonly fadeIn?: FadeInOptions;
  /** Off when missing. */
  readonly boundedLoad?: BoundedLoadOptions;
  /** Off when missing: all zones count as one. */
  readonly zone?: ZoneOptions;
  /** Off when missing: no endpoint is avoided for its failures. */
  readonly health?: HealthOptions;
}

/** Why an endpoint was passed over. */
export type SkipReason = 'tried' | 'fading' | 'unhealthy' | 'otherZone' | 'overloaded';

/** `owner`, or why the owner was passed over; `chosen` by algorithms that know no keys. */
export type PickOutcome = 'owner' | 'chosen' | SkipReason;

/** What became of a pick. */
export interface PickReport {
  /** Undefined before the first pick. */
  readonly endpoint: Endpoint | undefined;
  /** Whether it was the owner, or why not. */
  readonly outcome: PickOutcome;
  /** How many endpoints come before it on the ring, from the key on; 0 for the owner. */
  readonly passed: number;
}

/** One endpoint that the walk came by, in order. */
export interface WalkStep {
  readonly endpoint: Endpoint;
  /** Its load as the bounded rule sees it. */
  readonly load: number;
  /** Missing on the endpoint that took the key. */
  readonly skipped?: SkipReason;
}

/** Why a key goes where it goes. Made for people; allocates. */
export interface Explanation {
  /** Where the key goes. */
  readonly picked: Endpoint;
  /** The owner of the key in the ring of all endpoints; missing for algorithms that know no keys. */
  readonly owner?: Endpoint;
  /** XXH64 of the key, 16 hexadecimal digits. */
  readonly keyHash?: string;
  /** How many endpoints were left after the filters. */
  readonly kept: number;
  /** Highest load that the bounded rule accepts, where there is one. */
  readonly loadLimit?: number;
  /** All endpoints that were looked at, the picked one last. */
  readonly walk: readonly WalkStep[];
}

/** One endpoint in a picture of the ring. */
export interface RingShare {
  readonly endpoint: Endpoint;
  /** Part of all hashes that this endpoint owns, 0 to 1. The shares add up to 1. */
  readonly share: number;
  /** Fade-in weight, 1 when it is not fading. */
  readonly weight: number;
  /** Requests that have begun and not ended. */
  readonly inflight: number;
  /** Load as the bounded rule sees it. */
  readonly load: number;
}

/** The ring at one moment. */
export interface RingPicture {
  /** Counts updates that changed anything. */
  readonly version: number;
  /** Points of all endpoints together. */
  readonly points: number;
  /** Scale-ups that are fading in. */
  readonly fades: number;
  /** Share of keys that stay in the own zone, 0 to 1; missing without zones by latency. */
  readonly localShare?: number;
  /** In the order of the last update. */
  readonly endpoints: readonly RingShare[];
}

/** What an update changed. */
export interface UpdateResult {
  /** Those that were not there before. */
  readonly added: readonly Endpoint[];
  /** Those that are there no more; what is under way to them is still counted. */
  readonly removed: readonly Endpoint[];
  /** True when the new list was empty and the last good one stays in use. */
  readonly keptLast: boolean;
}
