/**
 * Gets a stage; gives who serves on it, counted by the pods behind Skipper's Service and their own args, and not by
 * what the operator says of them.
 */
import assert from 'node:assert/strict';
import type { RouteServerConfigStatus } from '../../../src/api/index.ts';
import { eventually, get } from '../../harness/scenario/index.ts';
import { namespace, type Play } from './play.ts';

/** Who serves at a step, and thus which share it comes to. */
export interface Share {
  /** Percent. */
  readonly step: number;
  /** Skippers that read from the route server. */
  readonly fed: number;
  /** Those that poll the API. */
  readonly direct: number;
}

export interface ServingPod {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly containers: readonly {
      readonly args: readonly string[];
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
}
interface Slice {
  readonly endpoints?: readonly {
    readonly conditions: { readonly ready?: boolean };
    readonly targetRef?: { readonly name: string };
  }[];
}

/** The pods that the Service sends requests to at this moment. */
export async function servingPods({ cluster }: Play): Promise<readonly ServingPod[]> {
  const ofService = ['-n', namespace, '-l', 'kubernetes.io/service-name=skipper'];
  const slices = await get<{ items: readonly Slice[] }>(cluster, ['endpointslices', ...ofService]);
  const endpoints = (slices?.items ?? []).flatMap(({ endpoints: some = [] }) => some);
  const ready = endpoints.filter(({ conditions }) => conditions.ready === true);
  const names = new Set(ready.map(({ targetRef }) => targetRef?.name));
  const pods = await get<{ items: readonly ServingPod[] }>(cluster, ['pods', '-n', namespace]);
  return (pods?.items ?? []).filter(({ metadata }) => names.has(metadata.name));
}

const isFed = ({ spec }: ServingPod): boolean =>
  (spec.containers[0]?.args ?? []).some((arg) => arg.startsWith('-routes-urls='));

/** Waits until a step is laid out and soaks, by status; then the pods must say the same. */
export async function standsAt(play: Play, { step, fed, direct }: Share): Promise<RouteServerConfigStatus> {
  const total = fed + direct;
  const status = await play.statusShows(`${step} %: ${fed} of ${total} Skippers moved`, ({ rollout, skippers }) => {
    const isCounted = skippers?.routeServer === fed && skippers.direct === direct && skippers.total === total;
    return rollout?.step === step && rollout.since !== undefined && isCounted;
  });
  assert.equal(status.rollout?.percentage, Math.floor((fed * 100) / total));
  await areServing(play, { fed, direct });
  return status;
}

/** Waits until so many pods of either kind, and no others, are behind the Service. */
export async function areServing(play: Play, { fed, direct }: Omit<Share, 'step'>): Promise<void> {
  const total = fed + direct;
  // A pod that is ready is an endpoint a moment later.
  await eventually({ what: `${fed} of ${total} pods behind the Service to be fed`, deadlineMs: 60_000 }, async () => {
    const pods = await servingPods(play);
    return pods.length === total && pods.filter(isFed).length === fed;
  });
}
