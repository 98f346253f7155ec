/**
 * What the adapters tell whoever subscribes to `node:diagnostics_channel`: gets events, gives them to the channel of
 * their kind. Without a subscriber nothing is made and nothing is published.
 */
import { channel } from 'node:diagnostics_channel';
import type { Balancer, Endpoint, PickOutcome, UpdateResult } from '../balancer/index.ts';

/** Why a request went to Skipper although the balancer is on for its key. Stable: these are metric labels. */
export type FallbackReason = 'noEndpoints' | 'transport' | 'timeout' | 'queueFull' | 'bug';

/** How one attempt on one endpoint ended. `error5xx`: it answered, with a status of 500 or more. */
export type AttemptOutcome = 'answered' | 'error5xx' | 'transport' | 'timeout' | 'aborted';

/** A pick of the first attempt or of the retry. */
export interface PickEvent {
  readonly balancer: Balancer;
  readonly endpoint: Endpoint;
  /** The owner of the key took it, or why it did not; `chosen` by algorithms that know no keys. */
  readonly outcome: PickOutcome;
  /** How many endpoints come before it on the ring, from the key on; 0 for the owner. */
  readonly passed: number;
}

export interface AttemptEvent {
  readonly balancer: Balancer;
  readonly endpoint: Endpoint;
  /** 1 for the first, 2 for the retry. */
  readonly attempt: number;
  readonly durationMs: number;
  readonly outcome: AttemptOutcome;
}

export interface FallbackEvent {
  readonly balancer: Balancer;
  readonly reason: FallbackReason;
  /** What the client side failed with; missing for an unknown cause. */
  readonly error?: Error;
}

export interface EndpointsEvent extends UpdateResult {
  readonly balancer: Balancer;
}

/** Something that goes on with what was there before: a broken toggles file, an API server that does not answer. */
export interface ProblemEvent {
  readonly source: 'toggles' | 'endpointSlices';
  readonly error: Error;
}

/** The channels' names. Stable. */
export const channelNames = {
  pick: 'routesrv:balancer:pick',
  attempt: 'routesrv:balancer:attempt',
  fallback: 'routesrv:balancer:fallback',
  endpoints: 'routesrv:balancer:endpoints',
  problem: 'routesrv:balancer:problem',
} as const;

/** For publishers: ask `hasSubscribers` before an event is made. */
export const channels = {
  pick: channel(channelNames.pick),
  attempt: channel(channelNames.attempt),
  fallback: channel(channelNames.fallback),
  endpoints: channel(channelNames.endpoints),
  problem: channel(channelNames.problem),
};

/** Turns whatever was thrown into an Error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('something that is no error was thrown', { cause: thrown });
}
