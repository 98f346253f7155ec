/** The rules in Prometheus itself: they load, each fires when it should and not otherwise, and a cluster takes them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { bootControlPlane, helm, installCrds, kubectl } from '../harness/index.ts';
import { CHART, NAMESPACE, RELEASE } from './chart.ts';
import { Prometheus, prometheusOperator, type Past } from './prometheus.ts';

const file = `${CHART}/files/alerts.yaml`;
const config = 'namespace="kube-system",name="ingress"';
const condition = (type: string, values: string) => ({
  series: `routesrv_operator_condition{${config},type="${type}",status="True"}`,
  values,
});
const verdict = (values: string) => ({
  series: `routesrv_operator_shadow_verdict{${config},verdict="OutOfSync"}`,
  values,
});
/** Two replicas, of which one waits for the lease and has never made a pass. */
const ages = (values: string) => [
  { series: 'routesrv_operator_last_successful_reconcile_age_seconds{job="routesrv",pod="a"}', values },
  { series: 'routesrv_operator_last_successful_reconcile_age_seconds{job="routesrv",pod="b"}', values: '100000x60' },
];
const mode = (name: string) => ({
  series: `routesrv_operator_effective_mode{job="routesrv",mode="${name}"}`,
  values: '1x60',
});
const failures = (values: string) => ({
  series: 'routesrv_operator_reconcile_seconds_count{job="routesrv",outcome="failed"}',
  values,
});
/** Two replicas, of which one has not heard yet of what is gone. */
const heldBack = (values: string) => [
  { series: 'routesrv_held_back_routes{namespace="kube-system",job="ingress",pod="a"}', values },
  { series: 'routesrv_held_back_routes{namespace="kube-system",job="ingress",pod="b"}', values: '0x60' },
];

const cases: Readonly<Record<string, { readonly given: Past; readonly want: readonly string[] }>> = {
  'a config that needs a person is told after 5 minutes': {
    given: { series: [condition('Stalled', '1x10')], afterMinutes: 5 },
    want: ['RouteServerConfigStalled'],
  },
  'a config that needed one for 4 minutes is not': {
    given: { series: [condition('Stalled', '1x4 0x10')], afterMinutes: 8 },
    want: [],
  },
  'a fallback is told at once': {
    given: { series: [condition('FallbackActive', '0 1x5')], afterMinutes: 1 },
    want: ['RouteServerFallbackActive'],
  },
  'a fallback that is over is not': {
    given: { series: [condition('FallbackActive', '1 1 0x5')], afterMinutes: 2 },
    want: [],
  },
  'tables that differ are told after 10 minutes': {
    given: { series: [verdict('1x20')], afterMinutes: 10 },
    want: ['RouteServerTableDiffers'],
  },
  'tables that agree in between are not': {
    given: { series: [verdict('1x6 0 1x6')], afterMinutes: 13 },
    want: [],
  },
  'an operator that makes no pass for two hours is told, whatever the replica that waits says': {
    given: { series: [...ages('7300x60'), mode('Exec')], afterMinutes: 15 },
    want: ['RouteServerOperatorNotReconciling'],
  },
  'one that makes passes is not': { given: { series: [...ages('30x60'), mode('Exec')], afterMinutes: 60 }, want: [] },
  'one that has nothing to do is not': {
    given: { series: [...ages('7300x60'), mode('False')], afterMinutes: 60 },
    want: [],
  },
  'passes that fail all the time are told within half an hour': {
    given: { series: [failures('0+6x60')], afterMinutes: 30 },
    want: ['RouteServerOperatorFailing'],
  },
  'routes that one replica holds back are told after a minute': {
    given: { series: heldBack('0 300x10'), afterMinutes: 2 },
    want: ['RouteServerHoldsBackRoutes'],
  },
  'those that came back within it are not': { given: { series: heldBack('0 300 0x10'), afterMinutes: 3 }, want: [] },
  'those that were let go are no more': { given: { series: heldBack('0 300x3 0x10'), afterMinutes: 5 }, want: [] },
  'a pass that fails now and then is not': { given: { series: [failures('0+1x60')], afterMinutes: 60 }, want: [] },
};

describe('the rules', () => {
  let prometheus: Prometheus;
  before(async () => {
    prometheus = await Prometheus.find();
  });

  test('are loaded by Prometheus without a complaint', async () => {
    assert.equal(await prometheus.complaint(file), '');
  });

  test('with a word too much are not: the check sees what is wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    const wrong = join(folder, 'rules.yaml');
    writeFileSync(wrong, readFileSync(file, 'utf8').replace('for: 5m', 'for: 5m\n        unless: never'));
    assert.match(await prometheus.complaint(wrong), /unless/);
    rmSync(folder, { recursive: true });
  });

  for (const [name, { given, want }] of Object.entries(cases)) {
    test(name, async () => {
      const firing = await prometheus.firing(file, given);
      assert.deepEqual(
        firing.map((alert) => alert.name),
        want,
      );
    });
  }

  test('each has a case in which it fires', () => {
    const { groups } = parse(readFileSync(file, 'utf8')) as {
      readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
    };
    const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    const fired = Object.values(cases).flatMap(({ want }) => want);
    assert.deepEqual(new Set(fired), new Set(alerts));
  });

  test('say how many routes are held back, and where', async () => {
    const [alert] = await prometheus.firing(file, { series: heldBack('300x10'), afterMinutes: 2 });
    const summary = 'Route servers in kube-system serve 300 routes that are gone from the cluster';
    assert.equal(alert?.annotations['summary'], summary);
  });

  test('name in their summary the config that is concerned', async () => {
    const [alert] = await prometheus.firing(file, { series: [condition('Stalled', '1x10')], afterMinutes: 6 });
    assert.equal(alert?.annotations['summary'], 'RouteServerConfig kube-system/ingress needs a person');
  });
});

describe('the PrometheusRule of the chart', () => {
  let cluster: Awaited<ReturnType<typeof bootControlPlane>>;
  before(async () => {
    cluster = await bootControlPlane({ name: 'chart-alerts' });
    const definitions = join(await prometheusOperator(), 'example/prometheus-operator-crd');
    const kinds = ['prometheusrules', 'podmonitors', 'servicemonitors'];
    await installCrds(
      cluster,
      kinds.map((kind) => join(definitions, `monitoring.coreos.com_${kind}.yaml`)),
    );
  });
  after(() => cluster.stop());

  test('is taken by a cluster with the definitions of prometheus-operator, with all rules and beside all monitors', async () => {
    const monitors = ['prometheusRule', 'podMonitor', 'serviceMonitor', 'routeServerPodMonitor'];
    const enabled = monitors.map((name) => `metrics.${name}.enabled=true`).join(',');
    const flags = ['--namespace', NAMESPACE, '--create-namespace', '--set', enabled];
    await helm(cluster, ['install', RELEASE, CHART, ...flags]);
    const args = ['get', 'prometheusrules', '--namespace', NAMESPACE, '-o', 'jsonpath={.items[*].spec}'];
    const rules: unknown = parse(readFileSync(file, 'utf8'));
    assert.deepEqual(JSON.parse(await kubectl(cluster, args)), rules);
  });
});
