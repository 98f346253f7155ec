/**
 * Gets a step and the size of the fleet. Gives how many Skippers of which kind make it so, and reads from the world at
 * which step it stands. Pure arithmetic of docs/adr/0027.
 */
import type { CompanionsSeen, FleetSeen, Observation } from './observation.ts';

/** Who reads where at one step. A companion of 0 Skippers is there all the same: it records the step. */
export interface Layout {
  /** Where the fleet's own Deployment reads. */
  readonly primary: 'Direct' | 'RouteServer';
  /** Skippers of ours beside it that read from the route server; `undefined` without such a companion. */
  readonly fed: number | undefined;
  /** Skippers of ours beside it that poll the API; `undefined` without such a companion. */
  readonly direct: number | undefined;
}

/**
 * The layout in which `step` percent of all Skippers read from the route server, exact to one pod and never less.
 *
 * The owner's `replicas` Skippers always stay, so that capacity never drops: up to half the fleet it is fed ones that
 * are added, `c / (replicas + c) >= step`; beyond it the fleet itself is fed and direct ones are added,
 * `replicas / (replicas + d) >= step`.
 */
export function layoutOf(step: number, replicas: number): Layout {
  if (step <= 0) return { primary: 'Direct', fed: undefined, direct: undefined };
  if (step <= 50) {
    return { primary: 'Direct', fed: Math.ceil((replicas * step) / (100 - step)), direct: undefined };
  }
  const direct = step < 100 ? Math.floor((replicas * (100 - step)) / step) : undefined;
  return { primary: 'RouteServer', fed: undefined, direct };
}

/** The step at which the world stands, whatever was remembered: what is there says for which step it was made. */
export function standingStep({ wiring }: FleetSeen, { fed, direct }: CompanionsSeen): number {
  // Damaged records count as the least: a step is then taken again, on evidence.
  if (wiring !== 'Direct') return direct === undefined ? 100 : (direct.step ?? 51);
  return fed === undefined ? 0 : (fed.step ?? 1);
}

/** The next percentage to stop at on the way from `step` to what is wished; `undefined` at the end of the way. */
export function stepAfter(step: number, { steps, percentage }: Observation['wish']): number | undefined {
  if (step >= percentage) return undefined;
  return Math.min(steps.find((candidate) => candidate > step) ?? percentage, percentage);
}

/** The fleet's own Skippers all read from the route server. */
export function isPrimaryMoved({ wiring, rolledOut, primary }: FleetSeen): boolean {
  return (wiring === 'RouteServer' || wiring === 'ByHand') && rolledOut && primary.direct === 0;
}

/** Whether the world is laid out for `step`: everything runs, and nothing is left over. */
export function isLaidOut(step: number, fleet: FleetSeen, companions: CompanionsSeen): boolean {
  const { primary, fed, direct } = layoutOf(step, fleet.replicas);
  if (primary === 'Direct') {
    const isPrimaryDirect = fleet.wiring === 'Direct' && fleet.rolledOut && fleet.primary.routeServer === 0;
    // A direct companion of a later step is being made ready for that step; it is in nobody's way.
    const isLeftOver = companions.direct !== undefined && (companions.direct.step ?? 0) <= step;
    return isPrimaryDirect && !isLeftOver && isOfSize(companions.fed, fed);
  }
  return isPrimaryMoved(fleet) && companions.fed === undefined && isOfSize(companions.direct, direct);
}

/** Whether a companion is there in the wanted size, up to date and available; or not there, when none is wanted. */
export function isOfSize(companion: CompanionsSeen['fed'], replicas: number | undefined): boolean {
  if (companion === undefined || replicas === undefined) return companion === undefined && replicas === undefined;
  return companion.replicas === replicas && companion.rolledOut;
}
