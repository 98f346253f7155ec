/** Gets clusters; gives one row for each fleet, and a name and a reason for each cluster that was not seen. */
import { findCondition } from '../../api/index.ts';
import type { RouteServerConfig } from '../../api/index.ts';
import type { SeenCluster } from '../cluster/read-clusters.ts';
import { columns } from './columns.ts';

const titles = [
  ...['CLUSTER', 'NAMESPACE', 'NAME', 'TIER', 'MODE', 'EFFECTIVE', 'PERCENT', 'SHADOW', 'BAKED AT', 'PROMOTABLE'],
  'READY',
];
const none = '-';

/** What is shown of one fleet; `-o json` prints it as it is. */
export interface FleetRow {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly tier: string | undefined;
  readonly mode: string;
  readonly effectiveMode: string | undefined;
  readonly percentage: number | undefined;
  readonly verdict: string | undefined;
  /** When the bake ends or ended. */
  readonly bakedAt: string | undefined;
  readonly promotable: boolean;
  readonly ready: string;
}

export function fleetRow(cluster: string, { metadata, spec, status = {} }: RouteServerConfig): FleetRow {
  return {
    cluster,
    namespace: metadata.namespace,
    name: metadata.name,
    tier: status.tier,
    mode: status.resolved?.mode ?? spec.mode,
    effectiveMode: status.effectiveMode,
    percentage: status.rollout?.percentage,
    verdict: status.shadow?.verdict,
    bakedAt: status.bake?.until,
    promotable: findCondition(status.conditions, 'Promotable')?.status === 'True',
    ready: findCondition(status.conditions, 'Ready')?.status ?? 'Unknown',
  };
}

export function fleetText(clusters: readonly SeenCluster[]): string {
  const rows = clusters.flatMap(({ context, configs }) => configs.map((config) => cells(fleetRow(context, config))));
  return rows.length === 0 ? '' : columns([titles, ...rows]);
}

function cells(row: FleetRow): readonly string[] {
  return [
    row.cluster,
    row.namespace,
    row.name,
    row.tier ?? none,
    row.mode,
    row.effectiveMode ?? none,
    row.percentage === undefined ? none : `${row.percentage}%`,
    row.verdict ?? none,
    row.bakedAt ?? none,
    row.promotable ? 'yes' : 'no',
    row.ready,
  ];
}
