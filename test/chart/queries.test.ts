/** Alerts ask for series that the operator or a route server really has, in a language that Prometheus reads. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { meterConditions } from '../../src/operator/condition-metrics.ts';
import { meterAge, meterOperator } from '../../src/operator/metrics.ts';
import { metricsPrefix } from '../../src/routeserver/metrics.ts';
import { ShrinkGuard } from '../../src/routeserver/shrink-guard.ts';
import { systemClock } from '../../src/runtime/index.ts';
import { createLogger, createMetrics } from '../../src/telemetry/index.ts';
import { CHART } from './chart.ts';

interface Query {
  readonly where: string;
  readonly text: string;
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}
const rules = parse(readFileSync(`${CHART}/files/alerts.yaml`, 'utf8')) as Rules;
const guide = readFileSync('docs/guide/metrics.md', 'utf8');
const alerts = rules.groups.flatMap((group) => group.rules);

const queries: readonly Query[] = alerts.map(({ alert, expr }) => ({ where: `alert ${alert}`, text: expr }));

/** What Prometheus' parser could not read of a query, and the names of series in it. */
function read(text: string): { readonly errors: readonly string[]; readonly names: readonly string[] } {
  const errors: string[] = [];
  const names: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(`${from}: ${text.slice(from, from + 20)}`);
      if (type.name === 'VectorSelector') names.push(/^\w+/.exec(text.slice(from, to))?.[0] ?? '');
    },
  });
  return { errors, names };
}

/** Names of series that the operator exposes, and each one's labels, by its own definitions. */
async function exposed(): Promise<ReadonlySet<string>> {
  const metrics = createMetrics({ prefix: 'routesrv_operator_', process: false });
  meterOperator(metrics);
  meterConditions(metrics);
  meterAge(metrics, () => 0);
  return new Set(namesOf(await metrics.render()));
}

function namesOf(page: string): readonly string[] {
  return [...page.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name]) => name ?? '');
}

/** What a route server exposes of what alerts ask for. */
async function exposedByRouteServers(): Promise<readonly string[]> {
  const metrics = createMetrics({ prefix: metricsPrefix, process: false });
  const log = createLogger({ name: 'queries', level: 'silent' });
  const never = () => () => false;
  new ShrinkGuard({ maxPercent: 20, listedFromNow: never, again: () => undefined, clock: systemClock, log, metrics });
  return namesOf(await metrics.render());
}

const family = (name: string): string => name.replace(/_(?:bucket|count|sum)$/, '');

test('what is no PromQL is found', () => {
  assert.notDeepEqual(read('sum by (a (b)').errors, []);
  assert.deepEqual(read('sum(rate(a_total{b="c"}[5m])) > 0').names, ['a_total']);
});

describe('each query', () => {
  for (const { where, text } of queries) {
    test(`of ${where} is PromQL about a series that there is`, async () => {
      const { errors, names } = read(text);
      assert.deepEqual(errors, []);
      assert.ok(names.length > 0);
      const known = new Set([...(await exposed()), ...(await exposedByRouteServers())]);
      assert.deepEqual(
        names.filter((name) => !known.has(family(name))),
        [],
      );
    });
  }
});

test('the guide names every metric and every alert, and no other', async () => {
  const inGuide = [...guide.matchAll(/^\| `(routesrv_operator_\w+)`/gm)].map(([, name]) => name ?? '');
  assert.deepEqual(inGuide.toSorted(), [...(await exposed())].toSorted());
  const told = [...guide.matchAll(/^\| `(Route\w+)`/gm)].map(([, name]) => name);
  assert.deepEqual(told.toSorted(), alerts.map(({ alert }) => alert).toSorted());
});
