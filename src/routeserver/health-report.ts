/**
 * Gets what a route server serves and from where; gives it in words for people and as JSON for programs.
 */
import type { KeptFrom } from './last-known-good/last-known-good.ts';
import type { HeldBack } from './shrink-guard.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import type { KindState } from './source/changes.ts';

/** What there is to say. */
export interface HealthFacts {
  readonly isDraining: boolean;
  readonly snapshot: Snapshot | undefined;
  /** Where the table was taken from when it was not made here. */
  readonly keptFrom: KeptFrom | undefined;
  readonly ageMs: number | undefined;
  readonly kinds: readonly KindState[];
  readonly heldBack: HeldBack | undefined;
}

/** One line per fact. */
export function healthText(facts: HealthFacts): string {
  const { snapshot, isDraining, keptFrom, ageMs, kinds, heldBack } = facts;
  const state = snapshot === undefined ? 'routes were not initialized yet' : isDraining ? 'shutting down' : 'ok';
  const table =
    snapshot === undefined
      ? []
      : [
          `routes: ${snapshot.count}`,
          `etag: ${snapshot.etag}`,
          `published: ${isoOf(snapshot.table.identity.lastModifiedMs)}`,
          `age of data: ${secondsOf(ageMs)}`,
          `stale: ${keptFrom === undefined ? 'no' : `yes, a last known good table (${keptFrom})`}`,
          `held back: ${heldBack === undefined ? 'nothing' : `${heldBack.routes} routes since ${isoOf(heldBack.sinceMs)}`}`,
        ];
  return [state, ...table, ...kinds.map(kindText)].join('\n');
}

function kindText({ kind, state, objects, ageMs }: KindState): string {
  return state === 'listed'
    ? `${kind}: ${objects} objects, heard of ${secondsOf(ageMs)} ago`
    : `${kind}: ${state === 'absent' ? 'the cluster does not have this kind' : 'not listed yet'}`;
}

/** The same for programs; times are in seconds. */
export function healthJson(facts: HealthFacts): object {
  const { snapshot, isDraining, keptFrom, ageMs, kinds, heldBack } = facts;
  return {
    initialized: snapshot !== undefined,
    draining: isDraining,
    routes: snapshot?.count ?? 0,
    etag: snapshot?.etag ?? null,
    published: snapshot === undefined ? null : isoOf(snapshot.table.identity.lastModifiedMs),
    ageSeconds: ageMs === undefined ? null : ageMs / 1000,
    stale: keptFrom !== undefined,
    keptFrom: keptFrom ?? null,
    heldBackRoutes: heldBack?.routes ?? 0,
    kinds: kinds.map(({ kind, state, objects, ageMs: kindAgeMs }) => ({
      ...{ kind, state, objects },
      ageSeconds: kindAgeMs === undefined ? null : kindAgeMs / 1000,
    })),
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function secondsOf(ms: number | undefined): string {
  return ms === undefined ? 'unknown' : `${(ms / 1000).toFixed(1)} s`;
}
