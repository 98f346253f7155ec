/** Gets what a drill came to; gives it in sentences. Pure. */
import { ACKNOWLEDGED_FALLBACK_ANNOTATION, type RouteServerConfig } from '../../api/index.ts';
import type { Drill } from '../../rollout/index.ts';

export function drillText({ metadata, status }: RouteServerConfig, drill: Drill): string {
  const { namespace, name } = metadata;
  const lines = drill.wouldFallBack ? fallsBack(drill) : [`nothing would move: ${drill.reason}: ${drill.message}`];
  const since =
    status?.fallback?.since ?? `$(kubectl get rsc ${name} -n ${namespace} -o jsonpath='{.status.fallback.since}')`;
  const annotate = `kubectl annotate --overwrite routeserverconfig ${name} -n ${namespace} ${ACKNOWLEDGED_FALLBACK_ANNOTATION}="${since}"`;
  const ending = drill.wouldFallBack ? [`it would last until the spec changes, or: ${annotate}`] : [];
  const blind = drill.blindFor === undefined ? [] : [`it would not notice ${drill.blindFor}`];
  return [
    `${namespace}/${name}: if the route server failed now`,
    ...[...lines, ...blind, ...ending].map(indented),
    '',
  ].join('\n');
}

const indented = (line: string): string => `  ${line}`;

function fallsBack({
  reason,
  waitMs,
  directPollers,
  moveBack,
  end,
  start,
  keepLastKnownGood,
}: Drill): readonly string[] {
  const when = waitMs === 0 ? 'at once' : `after ${Math.ceil(waitMs / 1000)} s`;
  const moves = [
    [moveBack, 'go back to their own data client'],
    [end, 'canaries end'],
    [start, 'direct Skippers are started beside them'],
    [keepLastKnownGood, 'keep their last known good table'],
  ] as const;
  const { now, then, most } = directPollers;
  return [
    `${when}, if it stayed away (${reason}):`,
    ...moves.filter(([count]) => count > 0).map(([count, what]) => `  ${count} ${what}`),
    `direct pollers: ${now} now, ${then} then, at most ${most} (spec.fallback.maxDirectPollers)`,
  ];
}
