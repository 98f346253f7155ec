/** Gets pods of a fleet; gives those whose tables may be read, and where. Pure. */
import { podSource, podZone, type WiringTarget } from '../../manifests/index.ts';
import type { SeenPod } from '../decode.ts';
import type { Peer } from './shadow-round.ts';

export interface PeerAddress {
  readonly target: WiringTarget;
  /** Of the support listener. */
  readonly port: number;
}

/** The Skippers among `pods` that are ready, stay, read their routes from `source` and whose zone is known. */
export function peersOf(
  pods: readonly SeenPod[],
  source: 'direct' | 'routeServer',
  { target, port }: PeerAddress,
): readonly Peer[] {
  return pods
    .filter(({ pod, ready, terminating }) => ready && !terminating && podSource(pod, target) === source)
    .flatMap(({ name, ip, pod, labels }) => {
      const zone = podZone(pod, labels, target);
      return ip === undefined || zone === undefined ? [] : [{ pod: name, host: ip, port, zone }];
    });
}
