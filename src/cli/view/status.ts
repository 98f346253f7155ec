/** Gets RouteServerConfigs; gives a table of where each fleet stands, and below it each one's conditions. */
import { findCondition } from '../../api/index.ts';
import type { Condition, RouteServerConfig, RouteServerConfigStatus } from '../../api/index.ts';
import { columns } from './columns.ts';

/** A RouteServerConfig as it was read, or why it could not be. */
export type SeenConfig = { readonly namespace: string; readonly name: string } & (
  { readonly config: RouteServerConfig } | { readonly problems: readonly string[] }
);

const titles = ['NAMESPACE', 'NAME', 'TIER', 'MODE', 'EFFECTIVE', 'PERCENT', 'SKIPPERS', 'FED', 'SHADOW', 'READY'];
const none = '-';

/** @param nowMs epoch milliseconds, for ages */
export function statusText(configs: readonly SeenConfig[], nowMs: number): string {
  const table = columns([titles, ...configs.map(row)]);
  return [table, ...configs.map((config) => details(config, nowMs))].join('\n');
}

function row(seen: SeenConfig): readonly string[] {
  const { namespace, name } = seen;
  if (!('config' in seen)) return [namespace, name, ...titles.slice(3).map(() => none), 'Unreadable'];
  const { spec, status = {} } = seen.config;
  return [
    namespace,
    name,
    status.tier ?? none,
    status.resolved?.mode ?? spec.mode,
    status.effectiveMode ?? none,
    percentOf(status),
    ...skippersOf(status),
    status.shadow?.verdict ?? none,
    readiness(status),
  ];
}

function readiness({ conditions }: RouteServerConfigStatus): string {
  return findCondition(conditions, 'Ready')?.status ?? 'Unknown';
}

/** How many there are, and how many of them are fed by the route server. */
function skippersOf({ skippers }: RouteServerConfigStatus): readonly string[] {
  return skippers === undefined ? [none, none] : [String(skippers.total), String(skippers.routeServer)];
}

/** What is so, and what it is on the way to. */
function percentOf({ rollout, resolved }: RouteServerConfigStatus): string {
  if (rollout === undefined) return none;
  const wanted = resolved?.mode === 'Exec' ? resolved.rolloutPercentage : 0;
  return rollout.percentage === wanted ? `${wanted}%` : `${rollout.percentage}% of ${wanted}%`;
}

function details(seen: SeenConfig, nowMs: number): string {
  const title = `${seen.namespace}/${seen.name}`;
  if (!('config' in seen)) return `${title}\n${seen.problems.map((problem) => `  ${problem}\n`).join('')}`;
  const { metadata, status = {} } = seen.config;
  const { conditions = [], observedGeneration } = status;
  const outdated = observedGeneration !== undefined && observedGeneration < metadata.generation;
  const remarks = [
    ...(conditions.length === 0 ? ['no operator has looked at it yet'] : []),
    ...(outdated ? ['the operator has not looked at the newest spec yet'] : []),
  ];
  const phase = status.phase === undefined ? '' : `: ${status.phase}`;
  const lines = columns(conditions.map((condition) => ['', ...conditionCells(condition, nowMs)]));
  return `${title}${phase}\n${remarks.map((remark) => `  ${remark}\n`).join('')}${lines.replaceAll(/^ {3}/gm, '  ')}`;
}

function conditionCells(condition: Condition, nowMs: number): readonly string[] {
  const { type, status, reason, message, lastTransitionTime } = condition;
  return [type, status, ageOf(lastTransitionTime, nowMs), reason, message.replaceAll(/\s+/g, ' ')];
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** As kubectl has it: the largest unit of which there are two, or seconds. */
function ageOf(timestamp: string, nowMs: number): string {
  const ageMs = Math.max(0, nowMs - Date.parse(timestamp));
  const [unit, unitMs] = units.find(([, size]) => ageMs >= 2 * size) ?? ['s', 1_000];
  return `${Math.floor(ageMs / unitMs)}${unit}`;
}
