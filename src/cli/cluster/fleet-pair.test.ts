import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withDefaults, type RouteServerConfig } from '../../api/index.ts';
import type { KubeObject } from '../../kube/index.ts';
import { CONFIG_LABEL, routeServerUrl } from '../../manifests/index.ts';
import { Failure } from '../failure.ts';
import { fleetPair } from './fleet-pair.ts';

const config: RouteServerConfig = {
  apiVersion: 'routesrv.dev/v1alpha1',
  kind: 'RouteServerConfig',
  metadata: { name: 'ingress', namespace: 'edge', uid: 'u', resourceVersion: '1', generation: 1 },
  spec: withDefaults({ skipper: { deploymentRef: { name: 'skipper' } } }),
};
const url = `${routeServerUrl(config)}/routes`;

interface PodShape {
  readonly args: readonly string[];
  /** Of what the operator has made for the config. */
  readonly component?: string;
  readonly deployment?: string;
  readonly isReady?: boolean;
}
function aPod(name: string, { args, component, deployment = 'skipper', isReady = true }: PodShape): KubeObject {
  const ours = { [CONFIG_LABEL]: 'ingress', 'app.kubernetes.io/component': component };
  const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${deployment}-abc`, uid: 's' };
  return {
    metadata: {
      name,
      namespace: 'edge',
      labels: { 'pod-template-hash': 'abc', ...(component === undefined ? {} : ours) },
      ownerReferences: component === undefined ? [set] : [],
    },
    spec: { containers: [{ name: 'skipper', args }] },
    status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
  };
}
const direct = { args: ['-kubernetes'] };
const fed = { args: [`-routes-urls=${url}`] };

const cases: Readonly<Record<string, { pods: readonly KubeObject[]; want: readonly [string, string] }>> = {
  'a direct Skipper of the fleet and the fed sentinel': {
    pods: [aPod('moved', fed), aPod('sentinel', { ...fed, component: 'fed-sentinel' }), aPod('own', direct)],
    want: ['own', 'sentinel'],
  },
  'the direct sentinel and a moved Skipper, when all are moved': {
    pods: [aPod('moved', fed), aPod('sentinel', { ...direct, component: 'direct-sentinel' })],
    want: ['sentinel', 'moved'],
  },
  'two of the same zone': {
    pods: [
      aPod('a', { args: ['-kubernetes', '-kubernetes-topology-zone=a'] }),
      aPod('b', { args: ['-kubernetes', '-kubernetes-topology-zone=b'] }),
      aPod('fed-b', { args: [`-routes-urls=${url}/b`] }),
    ],
    want: ['b', 'fed-b'],
  },
  'no route server, though it is made for the config as the sentinel is': {
    pods: [aPod('a-route-server', { ...direct, component: 'route-server' }), aPod('own', direct), aPod('moved', fed)],
    want: ['own', 'moved'],
  },
  'a companion': {
    pods: [aPod('companion', { ...fed, component: 'fed-companion' }), aPod('own', direct)],
    want: ['own', 'companion'],
  },
  'none of another Deployment, and none that is not ready': {
    pods: [
      aPod('other', { ...direct, deployment: 'other' }),
      aPod('starting', { ...direct, isReady: false }),
      aPod('own', direct),
      aPod('moved', fed),
    ],
    want: ['own', 'moved'],
  },
};
describe('compared are', () => {
  for (const [name, { pods, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(fleetPair(config, pods), { direct: want[0], fed: want[1] });
    });
  }
});

test('of a fleet with wiring ConfigFile it is the mark of a pod that says where it reads', () => {
  const { skipper, ...spec } = config.spec;
  const byFile = { wiring: 'ConfigFile', configMapName: 'settings', settings: 'kubernetes: true\n' } as const;
  const marked = (name: string, mark: string): KubeObject => {
    const { metadata, ...pod } = aPod(name, { args: ['-config-file=/etc/skipper/config.yaml'] });
    return { metadata: { ...metadata, annotations: { 'routesrv.dev/skipper-settings': mark } }, ...pod };
  };
  const ofFile = { ...config, spec: { ...spec, skipper: { ...skipper, ...byFile } } };
  const pods = [marked('moved', 'routeServer/1'), marked('own', 'direct/1')];
  assert.deepEqual(fleetPair(ofFile, pods), { direct: 'own', fed: 'moved' });
});

const missing: Readonly<Record<string, { pods: readonly KubeObject[]; says: RegExp }>> = {
  'there is no direct Skipper': { pods: [aPod('moved', fed)], says: /edge\/ingress: no ready Skipper .* Kubernetes/ },
  'there is no fed Skipper': { pods: [aPod('own', direct)], says: /no ready Skipper .* reads from the route server;/ },
  'they are of different zones': {
    pods: [aPod('own', direct), aPod('moved', { args: [`-routes-urls=${url}/b`] })],
    says: /in the zone of one/,
  },
};
describe('a person is told that', () => {
  for (const [name, { pods, says }] of Object.entries(missing)) {
    test(name, () => {
      assert.throws(
        () => fleetPair(config, pods),
        (error) => error instanceof Failure && says.test(error.messages.join()),
      );
    });
  }
});
