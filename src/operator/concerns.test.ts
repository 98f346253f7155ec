import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { companionName, routeServerName, sentinelName } from '../manifests/index.ts';
import { aPod, namespace } from './builder.test-support.ts';
import { concernsFleet, concernsOfDeployment, concernsOfOwned, concernsOfPod, configConcerned } from './concerns.ts';
import { decodePod } from './decode.ts';

const config = { namespace, name: 'ingress' };
const labels = { 'routesrv.dev/config': config.name, 'routesrv.dev/config-namespace': namespace };
const ours = [
  routeServerName(config),
  sentinelName(config, 'routeServer'),
  sentinelName(config, 'direct'),
  companionName(config, 'routeServer'),
  companionName(config, 'direct'),
];

describe('a Deployment', () => {
  test('concerns whoever names it', () => {
    assert.deepEqual(concernsOfDeployment({ namespace, name: 'skipper-ingress' }), [
      'fleet kube-system/skipper-ingress',
    ]);
  });

  for (const name of ours) {
    test(`of the name ${name} concerns its config, with or without labels`, () => {
      assert.deepEqual(concernsOfDeployment({ namespace, name }), [
        `fleet ${namespace}/${name}`,
        'config kube-system/ingress',
      ]);
    });
  }
});

describe('a pod', () => {
  const hash = { 'pod-template-hash': '5d4f' };
  const pods = {
    'of a fleet concerns whoever names its Deployment': {
      given: { labels: hash, replicaSet: 'skipper-ingress-5d4f' },
      want: ['fleet kube-system/skipper-ingress'],
    },
    'of a route server concerns its config': {
      given: { labels: { ...hash, ...labels }, replicaSet: 'ingress-routesrv-5d4f' },
      want: ['fleet kube-system/ingress-routesrv', 'config kube-system/ingress'],
    },
    'of a companion whose Deployment is gone concerns the config by its label': {
      given: { labels: { 'routesrv.dev/companion': companionName(config, 'routeServer') } },
      want: [`fleet kube-system/${companionName(config, 'routeServer')}`, 'config kube-system/ingress'],
    },
    'that nobody made concerns nobody': { given: { labels: { application: 'web' } }, want: [] },
  };
  for (const [name, { given, want }] of Object.entries(pods)) {
    test(name, () => {
      assert.deepEqual(concernsOfPod(namespace, decodePod(aPod('one', given))), want);
    });
  }
});

test('what the operator made concerns its config, wherever it lies', () => {
  assert.deepEqual(concernsOfOwned({ metadata: { name: 'a', namespace: 'elsewhere', labels } }), [
    'config kube-system/ingress',
  ]);
  assert.deepEqual(concernsOfOwned({ metadata: { name: 'a', labels: { 'routesrv.dev/config': 'ingress' } } }), []);
});

test('only a config is concerned by its key', () => {
  assert.equal(configConcerned('config shop/ingress'), 'shop/ingress');
  assert.equal(configConcerned('fleet shop/skipper'), undefined);
});

describe('a Service', () => {
  const pod = { application: 'skipper-ingress', component: 'ingress' };
  const services = {
    'that finds the fleet concerns it': { service: { application: 'skipper-ingress' }, concerned: true },
    'that would find a companion by its name concerns it': {
      service: { application: companionName(config, 'routeServer'), component: 'ingress' },
      concerned: true,
    },
    'of another fleet does not': { service: { application: 'skipper-b' }, concerned: false },
    'that wants a label more than the fleet has does not': { service: { ...pod, zone: 'a' }, concerned: false },
    'without a selector finds nobody': { service: {}, concerned: false },
  };
  for (const [name, { service, concerned }] of Object.entries(services)) {
    test(name, () => {
      assert.equal(concernsFleet(service, pod, config), concerned);
    });
  }
});
