/** Looks at the cluster as a person would, with kubectl, and gives one row of the demo's table. */
import type { RouteServerConfig, RouteServerConfigStatus } from '../../src/api/index.ts';
import type { Cluster } from '../../test/harness/index.ts';
import { get, trafficStats, type TrafficStats } from '../../test/harness/scenario/index.ts';
import type { Row } from './table.ts';

export interface Look {
  readonly row: Row;
  readonly generation: number | undefined;
  readonly status: RouteServerConfigStatus;
  readonly traffic: TrafficStats;
}

export async function look(cluster: Cluster, namespace: string, name: string): Promise<Look> {
  const [config, traffic] = await Promise.all([
    get<RouteServerConfig>(cluster, ['routeserverconfig', name, '-n', namespace]),
    trafficStats(cluster, namespace),
  ]);
  const status = config?.status ?? {};
  const mode = shown(config?.spec.mode);
  return { status, traffic, generation: config?.metadata.generation, row: rowOf(mode, status, traffic) };
}

function rowOf(mode: string, status: RouteServerConfigStatus, { failed, sent }: TrafficStats): Row {
  const { conditions = [], effectiveMode, rollout, skippers, shadow, routeServer } = status;
  return {
    mode,
    effective: shown(effectiveMode),
    percent: rollout ? `${rollout.percentage}%` : '-',
    skippers: `${shown(skippers?.direct)}/${shown(skippers?.routeServer)}`,
    shadow: shown(shadow?.verdict),
    routes: shown(routeServer?.routes),
    requests: `${failed}/${sent}`,
    message: shown(conditions.find(({ type }) => type === 'Ready')?.message),
  };
}

const shown = (value: string | number | undefined): string => String(value ?? '-');
