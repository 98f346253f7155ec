import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SERVICE_URL, aSkipper, applyPatch, directArgs, target } from './builder.test-support.ts';
import type { Deployment, JsonObject, Pod, WiringState } from './types.ts';
import { wireSkipper } from './wire-skipper.ts';
import { otherArgsManagers, podSource, wiringState } from './wiring-state.ts';

const wired = applyPatch(aSkipper(), wireSkipper(aSkipper(), target));
const edited = (args: readonly string[]): Deployment =>
  applyPatch(wired, [{ op: 'replace', path: '/spec/template/spec/containers/0/args', value: args }]);
const fedArgs = ['-address=:9999', `-routes-urls=${SERVICE_URL}/routes`];

const states: Record<string, { readonly deployment: Deployment; readonly state: WiringState }> = {
  'Direct while nobody has wired it': { deployment: aSkipper(), state: 'Direct' },
  'Direct when it reads from another route server': {
    deployment: aSkipper({ container: { args: ['-routes-urls=http://ingress-routesrv.kube-system.svc/routes'] } }),
    state: 'Direct',
  },
  'RouteServer once wired': { deployment: wired, state: 'RouteServer' },
  'ByHand when it reads from the route server without a record': {
    deployment: aSkipper({ container: { args: fedArgs } }),
    state: 'ByHand',
  },
  'Contested when somebody put the old args back': { deployment: edited(directArgs), state: 'Contested' },
  'Contested when somebody added to the wired args': {
    deployment: edited([...fedArgs, '-enable-ratelimits']),
    state: 'Contested',
  },
};

suite('the wiring of a Deployment is', () => {
  for (const [name, { deployment, state }] of Object.entries(states)) {
    test(name, () => {
      assert.equal(wiringState(deployment, target), state);
    });
  }

  test('Outdated once the route server has another URL', () => {
    assert.equal(wiringState(wired, { serviceUrl: 'http://elsewhere' }), 'Outdated');
  });
});

suite('a pod reads from', () => {
  const pod = (...args: readonly string[]): Pod => ({
    spec: { containers: [{ name: 'skipper', args }, { name: 'log' }] },
  });
  const cases: Record<string, { readonly pod: Pod; readonly source: ReturnType<typeof podSource> }> = {
    'the API with -kubernetes': { pod: pod(...directArgs), source: 'direct' },
    'the route server with its URL': { pod: pod(...fedArgs), source: 'routeServer' },
    "the route server with its zone's URL": { pod: pod(`-routes-urls=${SERVICE_URL}/routes/a`), source: 'routeServer' },
    'the route server when its URL is one of several': {
      pod: pod(`-routes-urls=http://other,${SERVICE_URL}/routes`),
      source: 'routeServer',
    },
    'the API when it reads from both': { pod: pod('-kubernetes', ...fedArgs), source: 'direct' },
    'an unknown source with a config file': { pod: pod('-config-file=/etc/skipper.yaml'), source: 'unknown' },
    'an unknown source without a Skipper container': {
      pod: { spec: { containers: [{ name: 'a' }, { name: 'b' }] } },
      source: 'unknown',
    },
  };
  for (const [name, { pod: seen, source }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(podSource(seen, target), source);
    });
  }
});

suite('who wrote the args', () => {
  const entry = (manager: string, time: string, container = 'skipper'): JsonObject => ({
    manager,
    time,
    fieldsV1: {
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { [`k:{"name":"${container}"}`]: { 'f:args': {} } } } } },
    },
  });
  const deployment = aSkipper({
    managedFields: [
      entry('helm', '2026-01-01T00:00:00Z'),
      entry('routesrv-operator', '2026-01-03T00:00:00Z'),
      entry('argocd', '2026-01-02T00:00:00Z'),
      entry('sidecar-injector', '2026-01-04T00:00:00Z', 'log'),
      { manager: 'autoscaler', time: '2026-01-05T00:00:00Z', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ],
  });

  test('is everyone else who owns them, newest first', () => {
    assert.deepEqual(otherArgsManagers(deployment, 'skipper', 'routesrv-operator'), ['argocd', 'helm']);
  });

  test('is nobody when the API server tells nothing', () => {
    assert.deepEqual(otherArgsManagers(aSkipper(), 'skipper', 'routesrv-operator'), []);
  });
});
