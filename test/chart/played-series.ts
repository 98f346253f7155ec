/** Gives the series that Prometheus would hold of an operator with one config and of a route server, after scrapes. */
import type { Condition, RouteServerConfigStatus } from '../../src/api/index.ts';
import { meterConditions } from '../../src/operator/condition-metrics.ts';
import { meterAge, meterOperator } from '../../src/operator/metrics.ts';
import type { PassResult } from '../../src/operator/status.ts';
import { createMetrics } from '../../src/telemetry/index.ts';
import { ListApi } from '../integration/routeserver/list-api.ts';
import { aCluster, ingress } from '../integration/routeserver/manifests.ts';
import { startOurs } from '../integration/routeserver/programs.ts';
import type { Past } from './prometheus.ts';

const scrapes = 10;
const config = { namespace: 'kube-system', name: 'ingress' };
/** What a scrape through the chart's PodMonitors adds. */
const scraped = {
  operator: { pod: 'routesrv-operator-1', job: 'operators/routesrv-operator' },
  routeServer: { ...config, name: undefined, pod: 'ingress-routesrv-1', job: 'ingress' },
};

/** The series of both, none of which changed in between. */
export async function playedSeries(): Promise<Past> {
  const pages = [
    seriesOf(await operatorPage(), scraped.operator),
    seriesOf(await routeServerPage(), scraped.routeServer),
  ];
  return { series: pages.flat(), afterMinutes: scrapes };
}

/** The samples of a page of metrics as series of one value, with more labels. */
function seriesOf(page: string, labels: Readonly<Record<string, string | undefined>>): Past['series'] {
  const added = Object.entries(labels).flatMap(([label, value]) => (value === undefined ? [] : `${label}="${value}"`));
  return [...page.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = '', own = '', value = '']) => ({
    series: `${name}{${[...(own === '' ? [] : [own]), ...added].join(',')}}`,
    values: `${value}x${scrapes}`,
  }));
}

/** An operator whose one config waits for its tables to agree. */
async function operatorPage(): Promise<string> {
  const metrics = createMetrics({ prefix: 'routesrv_operator_', process: false });
  const operator = meterOperator(metrics);
  operator.config(config, {
    decision: { effectiveMode: 'Pre' },
    seen: { fleet: { pods: { direct: 3, routeServer: 0 } } },
    settlement: { verdict: 'OutOfSync' },
  } as unknown as PassResult);
  operator.healed(config, 'Resend');
  operator.pass('ok', 0.1);
  const conditions = [
    condition('Ready', 'ShadowOutOfSync'),
    condition('Stalled', 'No'),
    condition('FallbackActive', 'No'),
  ];
  const status = { phase: 'Shadowing', conditions, rollout: { percentage: 0 } } as unknown as RouteServerConfigStatus;
  meterConditions(metrics).status(config, undefined, status);
  meterAge(metrics, () => 1);
  return metrics.render();
}

function condition(type: Condition['type'], reason: string): Condition {
  return { type, status: 'False', reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
}

/** A real route server, of whose Ingresses one has a mistake, after a poll of each kind. */
async function routeServerPage(): Promise<string> {
  const api = new ListApi();
  api.show([aCluster(), ingress('lost', 'lost.example.org', 'one')].join('\n---\n'));
  const server = await startOurs([`-kubernetes-url=${await api.listen()}`, '-enable-kubernetes-endpointslices']);
  try {
    await server.answers('/health', 204);
    const first = await fetch(`${server.url}/routes`);
    await first.bytes();
    await (
      await fetch(`${server.url}/routes`, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
    ).text();
    return await (await fetch(`${server.supportUrl}/metrics`)).text();
  } finally {
    await server.stop();
    api.close();
  }
}
