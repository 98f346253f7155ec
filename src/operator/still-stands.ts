/**
 * Gets the result of a pass; gives what status says already and stays until this process has looked itself. Pure.
 *
 * A process that has just begun knows nothing of tables and Skippers, decides nothing without that, and learns it within
 * seconds. To write down meanwhile that it does not know would be two writes per config at each start, and would take
 * `Promotable` away from a tier that somebody is about to copy.
 */
import type { ConditionType, RouteServerConfig, RouteServerConfigStatus } from '../api/index.ts';
import type { Decision, Observation } from '../rollout/index.ts';
import type { Settlement } from '../shadow/index.ts';
import type { Failure } from './failure.ts';

/** A pass, with the config as it was read. */
export interface Judged {
  readonly config: RouteServerConfig;
  readonly seen: Observation;
  readonly decision: Decision;
  readonly settlement: Settlement | undefined;
  readonly failure: Failure | undefined;
}

export interface Standing {
  readonly conditions: ReadonlySet<ConditionType>;
  /** `skippers.converged` and `skippers.lagging`. */
  readonly convergence: boolean;
}

const nothing: Standing = { conditions: new Set(), convergence: false };
const howItStands: readonly ConditionType[] = ['Ready', 'Reconciling', 'Stalled'];

export function stillStands(result: Judged): Standing {
  if (!isTheSame(result)) return nothing;
  const { decision, failure, settlement } = result;
  const types: readonly ConditionType[] = [
    ...(decision.summary.awaitsFirstLook === true && failure === undefined ? howItStands : []),
    ...(decision.promotable.awaitsFirstLook === true ? (['Promotable'] as const) : []),
    ...(settlement === undefined ? (['ShadowInSync'] as const) : []),
    ...(result.seen.fleet?.errors?.known === false ? (['ErrorsCounted'] as const) : []),
  ];
  return { conditions: new Set(types.filter((type) => isSaid(result, type))), convergence: isUnknownYet(result) };
}

/** Whether it was about this very spec, with the fleet where it is now, that the status was written. */
function isTheSame({ config: { status, metadata }, decision }: Judged): boolean {
  const isOfSpec = status?.observedGeneration === metadata.generation;
  // Without a comparison the process before had not looked either.
  return isOfSpec && status.shadow !== undefined && status.phase === decision.phase && stepIn(status) === decision.step;
}

const stepIn = ({ rollout }: RouteServerConfigStatus): number => rollout?.step ?? 0;

const isSaid = ({ config }: Judged, wanted: ConditionType): boolean =>
  config.status?.conditions?.some(({ type }) => type === wanted) ?? false;

function isUnknownYet({ config, seen: { fleet }, settlement }: Judged): boolean {
  if (fleet === undefined || config.status?.skippers?.routeServer !== fleet.pods.routeServer) return false;
  // Nobody was asked before the first pass; a fleet without moved Skippers has nothing to be asked later either.
  return fleet.convergence === undefined ? settlement === undefined : !fleet.convergence.known;
}
