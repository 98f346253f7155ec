/** What a pick reads: immutable, replaced as a whole. Gets lists of endpoints, gives the next snapshot. */
import type { FadeEvent, FadeInRule } from './fade-in.ts';
import { updateRing } from './ring-update.ts';
import { emptyRing } from './ring.ts';
import type { Ring } from './ring.ts';
import type { SlotTable } from './slot-table.ts';
import type { Endpoint, EndpointInput, ZoneOptions } from './types.ts';
import type { KeyHasher } from './key-hasher.ts';

export interface Snapshot {
  /** Counts snapshots, from 0 for the empty one. */
  readonly version: number;
  /** In the caller's order, without duplicates. */
  readonly endpoints: readonly Endpoint[];
  /** Their slots, in the same order. */
  readonly order: Uint32Array;
  /** Indexed by slot; holes where a slot is not in use. */
  readonly bySlot: readonly (Endpoint | undefined)[];
  /** Number of slots that tables by slot must have room for. */
  readonly slotCount: number;
  readonly ring: Ring;
  /** When each slot's endpoint was first seen; -Infinity for those that never faded in. */
  readonly detectedAt: Float64Array;
  /** Scale-ups that were under way when the snapshot was made. */
  readonly fades: readonly FadeEvent[];
  /** When the last of them is over. */
  readonly fadesEndAt: number;
  /** 1 for slots in the caller's own zone. */
  readonly isLocal: Uint8Array;
  readonly localCount: number;
}

export const emptySnapshot: Snapshot = {
  version: 0,
  endpoints: [],
  order: new Uint32Array(0),
  bySlot: [],
  slotCount: 0,
  ring: emptyRing,
  detectedAt: new Float64Array(0),
  fades: [],
  fadesEndAt: -Infinity,
  isLocal: new Uint8Array(0),
  localCount: 0,
};

export interface SnapshotParts {
  readonly slots: SlotTable;
  readonly hasher: KeyHasher;
  readonly fadeIn: FadeInRule;
  readonly zone: ZoneOptions | undefined;
}

export interface SnapshotChange {
  readonly snapshot: Snapshot;
  readonly added: readonly Endpoint[];
  readonly removed: readonly Endpoint[];
}

/** Below this, Skipper does not keep traffic in a zone (dataclients/kubernetes, minEndpointsByZone). */
const leastInZone = 3;

/** The snapshot after `inputs` have replaced the endpoints of `last`; `last` itself when nothing is different. */
export function nextSnapshot(
  last: Snapshot,
  inputs: readonly EndpointInput[],
  parts: SnapshotParts,
  now: number,
): SnapshotChange {
  const wanted = unique(inZone(inputs, parts.zone));
  const removed = last.endpoints.filter(({ address }) => !wanted.has(address));
  for (const { address } of removed) parts.slots.leave(address, now);

  const detectedAt = last === emptySnapshot ? -Infinity : now;
  const endpoints = [...wanted.values()].map((input) => adopt(last, input, parts.slots, detectedAt));
  const isSame = endpoints.length === last.endpoints.length && endpoints.every((one, i) => one === last.endpoints[i]);
  if (isSame) return { snapshot: last, added: [], removed };

  const added = endpoints.filter(({ address, slot }) => last.bySlot[slot]?.address !== address);
  const leaves = new Uint8Array(last.slotCount);
  for (const { slot } of removed) leaves[slot] = 1;
  const hasNewRing = added.length > 0 || removed.length > 0;
  const ring = hasNewRing ? updateRing(last.ring, leaves, added, parts.hasher) : last.ring;
  return { snapshot: assemble(last, { endpoints, ring }, parts, now), added, removed };
}

function inZone(inputs: readonly EndpointInput[], zone: ZoneOptions | undefined): readonly EndpointInput[] {
  if (zone?.mode !== 'skipper') return inputs;
  const local = inputs.filter((input) => input.zone === zone.own);
  return local.length >= leastInZone ? local : inputs;
}

/** By address; the first of duplicates counts. */
function unique(inputs: readonly EndpointInput[]): ReadonlyMap<string, EndpointInput> {
  const byAddress = new Map<string, EndpointInput>();
  for (const input of inputs) if (!byAddress.has(input.address)) byAddress.set(input.address, input);
  return byAddress;
}

function adopt(last: Snapshot, input: EndpointInput, slots: SlotTable, detectedAt: number): Endpoint {
  const { slot } = slots.claim(input.address, detectedAt);
  const known = last.bySlot[slot];
  const isSame =
    known?.address === input.address &&
    known.zone === input.zone &&
    known.pod === input.pod &&
    known.node === input.node;
  return isSame ? known : Object.freeze({ ...input, slot });
}

function assemble(
  last: Snapshot,
  made: Pick<Snapshot, 'endpoints' | 'ring'>,
  { slots, fadeIn, zone }: SnapshotParts,
  now: number,
): Snapshot {
  const slotCount = slots.size;
  const bySlot: (Endpoint | undefined)[] = new Array<Endpoint | undefined>(slotCount).fill(undefined);
  const isLocal = new Uint8Array(slotCount);
  for (const endpoint of made.endpoints) {
    bySlot[endpoint.slot] = endpoint;
    if (zone !== undefined && endpoint.zone === zone.own) isLocal[endpoint.slot] = 1;
  }
  const fades = fadeIn.mode === 'off' ? [] : slots.fadesAt(now, fadeIn.durationMs);
  return {
    version: last.version + 1,
    ...made,
    order: Uint32Array.from(made.endpoints, ({ slot }) => slot),
    bySlot,
    slotCount,
    detectedAt: slots.detectedAt(),
    fades,
    fadesEndAt: (fades.at(-1)?.startedAt ?? -Infinity) + fadeIn.durationMs,
    isLocal,
    localCount: isLocal.reduce((sum, one) => sum + one, 0),
  };
}
