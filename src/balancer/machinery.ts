/** Gets options, gives the moving parts of one balancer, wired to each other. */
import { createAlgorithm } from './algorithms/index.ts';
import type { Algorithm } from './algorithms/index.ts';
import { wrongOption } from './balancer-error.ts';
import { BoundedLoad } from './bounded-load.ts';
import { fadeInRule } from './fade-in.ts';
import type { FadeInRule } from './fade-in.ts';
import { PassiveHealth } from './health.ts';
import { InflightLoad } from './load.ts';
import type { Load } from './load.ts';
import { OccupancyLoad } from './occupancy.ts';
import { oneOf } from './option-rules.ts';
import { Selection } from './selection.ts';
import type { BalancerOptions, BalancerParts, ZoneOptions } from './types.ts';
import { ZoneShare } from './zone-share.ts';

export interface Machinery {
  readonly fadeIn: FadeInRule;
  readonly load: Load;
  readonly health: PassiveHealth | undefined;
  readonly zoneShare: ZoneShare | undefined;
  readonly bounded: BoundedLoad | undefined;
  readonly selection: Selection;
  readonly algorithm: Algorithm;
  /** Whether picks, begins and ends need the time even while nothing fades in. */
  readonly needsTime: boolean;
  /** Whether anything is made of how long requests take. */
  readonly usesDurations: boolean;
}

/** @throws BalancerError RSRV_BALANCER_OPTION for an option that has no meaning. */
export function machinery(parts: BalancerParts, options: BalancerOptions): Machinery {
  const { algorithm = 'consistentHash', choices } = options;
  const { random } = parts;
  const fadeIn = fadeInRule(options.fadeIn);
  const measures = measured(parts, options);
  const { load, health } = measures;
  // What goes by keys is of the consistent hash only: bounded load, as in Skipper, and the n-ring.
  const isRing = algorithm === 'consistentHash';
  const fadesByKey = isRing && fadeIn.mode === 'n-ring';
  const bounded = isRing ? measures.bounded : undefined;
  return {
    ...measures,
    fadeIn,
    bounded,
    selection: new Selection({ fadeIn, fadesByKey, health, load, random }),
    algorithm: createAlgorithm(algorithm, {
      random,
      fadesByKey,
      bounded,
      choices,
      inflightOf: (slot) => load.inflightOf(slot),
      weightOf: health === undefined ? () => 1 : (slot) => health.weightOf(slot),
    }),
  };
}

type Measures = Pick<Machinery, 'load' | 'health' | 'zoneShare' | 'bounded' | 'needsTime' | 'usesDurations'>;

function measured({ now }: BalancerParts, { boundedLoad, health, zone }: BalancerOptions): Measures {
  const byOccupancy = boundedLoad?.load === 'occupancy';
  const load = byOccupancy ? new OccupancyLoad() : new InflightLoad();
  const zoneShare = zoneShareOf(zone, now);
  const usesDurations = byOccupancy || zoneShare !== undefined;
  return {
    load,
    health: health === undefined ? undefined : new PassiveHealth(health),
    zoneShare,
    bounded: boundedLoad === undefined ? undefined : new BoundedLoad(boundedLoad, load),
    needsTime: usesDurations || health !== undefined,
    usesDurations,
  };
}

/** Undefined unless zones go by latency; options are looked at in any mode. */
function zoneShareOf(zone: ZoneOptions | undefined, now: () => number): ZoneShare | undefined {
  if (zone === undefined) return undefined;
  if (zone.own === '') throw wrongOption('zone.own', 'must name the zone that this process runs in', '""');
  const mode = oneOf('zone.mode', ['skipper', 'latency'], zone.mode);
  const share = new ZoneShare(zone, now());
  return mode === 'latency' ? share : undefined;
}
