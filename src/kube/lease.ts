/**
 * Gets a Lease as the API server has it; gives its fields, and the Lease that we write.
 */
import { Cursor } from './decode.ts';
import type { KubeObject } from './kube-object.ts';
import { microTime } from './micro-time.ts';
import type { ObjectKey } from './resource-kind.ts';

/** Who holds a Lease. */
export interface LeaseState {
  /** `''` when it was given back. */
  readonly holder: string;
  readonly durationMs: number;
  readonly acquireTime: string | undefined;
  /** Epoch ms by the clock of its holder; `undefined` when nobody has held it. */
  readonly renewedAtMs: number | undefined;
  readonly transitions: number;
  readonly resourceVersion: string;
}

/** Reads a Lease. A field that is missing, as after `kubectl edit`, makes it free rather than stuck. */
export function readLease(object: KubeObject): LeaseState {
  const spec = new Cursor(object, `Lease ${object.metadata.name}`).field('spec');
  return {
    holder: spec.field('holderIdentity').optional((here) => here.string()) ?? '',
    durationMs: (spec.field('leaseDurationSeconds').optional((here) => here.number()) ?? 0) * 1_000,
    acquireTime: spec.field('acquireTime').optional((here) => here.string()),
    renewedAtMs: timeOf(spec.field('renewTime').optional((here) => here.string())),
    transitions: spec.field('leaseTransitions').optional((here) => here.number()) ?? 0,
    resourceVersion: object.metadata.resourceVersion ?? '',
  };
}

function timeOf(text: string | undefined): number | undefined {
  const atMs = Date.parse(text ?? '');
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** What is to be written. */
export interface LeaseClaim {
  readonly key: ObjectKey;
  readonly holder: string;
  readonly durationMs: number;
  readonly nowMs: number;
  /** The Lease that it replaces, if there is one; the write is refused when that has changed. */
  readonly before: LeaseState | undefined;
}

/** The Lease for a claim. Taking it from somebody else begins a new term; giving it back (holder `''`) does not. */
export function leaseObject({ key, holder, durationMs, nowMs, before }: LeaseClaim): KubeObject {
  const isSameTerm = before?.holder === holder;
  const isNewTerm = before !== undefined && !isSameTerm && holder !== '';
  const { namespace, name } = key;
  return {
    metadata: { namespace, name, ...(before === undefined ? {} : { resourceVersion: before.resourceVersion }) },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.ceil(durationMs / 1_000),
      acquireTime: (isSameTerm ? before.acquireTime : undefined) ?? microTime(nowMs),
      renewTime: microTime(nowMs),
      leaseTransitions: (before?.transitions ?? 0) + (isNewTerm ? 1 : 0),
    },
  };
}
