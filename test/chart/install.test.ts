/** The chart in a real API server: everything is accepted, the rights are enough and no more, uninstalling keeps. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bootControlPlane, helm, kubectl, type BootedCluster } from '../harness/index.ts';
import { CHART, NAMESPACE, RELEASE } from './chart.ts';

const ACCOUNT = `system:serviceaccount:${NAMESPACE}:routesrv-routesrv-operator`;
const ROUTE_SERVER_ROLE = `${NAMESPACE}:routesrv-routesrv-operator-route-server`;

let cluster: BootedCluster;
let notes: string;
before(async () => {
  cluster = await bootControlPlane({ name: 'chart-install' });
  notes = await helm(cluster, ['install', RELEASE, CHART, '--namespace', NAMESPACE, '--create-namespace']);
});
after(() => cluster.stop());

const asOperator = (args: readonly string[], input?: string) =>
  kubectl(cluster, [...args, `--as=${ACCOUNT}`], input === undefined ? {} : { input });

/** Whether the operator may; `kubectl auth can-i` ends with 1 for no. */
async function may(verb: string, resource: string, ...flags: readonly string[]): Promise<boolean> {
  try {
    return (await asOperator(['auth', 'can-i', verb, resource, ...flags])).trim() === 'yes';
  } catch {
    return false;
  }
}

const binding = (role: string) => ['create', 'clusterrolebinding', 'grant', `--clusterrole=${role}`, '--user=x'];

describe('after helm install', () => {
  test('the notes say to quote "False"', () => {
    assert.match(notes, /Write "False" with quotes/);
    assert.match(notes, /No tier is set/);
  });

  test('RouteServerConfigs are served', async () => {
    await kubectl(cluster, ['wait', '--for=condition=Established', 'crd/routeserverconfigs.routesrv.dev']);
    assert.match(await kubectl(cluster, ['get', 'rsc', '--all-namespaces', '-o', 'name']), /^$/);
  });

  test('an upgrade of the same chart is accepted', async () => {
    const upgraded = await helm(cluster, ['upgrade', RELEASE, CHART, '--namespace', NAMESPACE, '--set', 'tier=test']);
    assert.match(upgraded, /This cluster's tier is "test"/);
  });
});

describe('the operator may', () => {
  const allowed: readonly (readonly [verb: string, resource: string])[] = [
    ['watch', 'routeserverconfigs.routesrv.dev'],
    ['patch', 'routeserverconfigs.routesrv.dev/status'],
    ['patch', 'deployments.apps'],
    ['create', 'services'],
    ['create', 'serviceaccounts'],
    ['delete', 'configmaps'],
    ['create', 'poddisruptionbudgets.policy'],
    ['create', 'horizontalpodautoscalers.autoscaling'],
    ['watch', 'pods'],
    ['create', 'events.events.k8s.io'],
  ];
  for (const [verb, resource] of allowed) {
    test(`${verb} ${resource} where a config lives`, async () => {
      assert.equal(await may(verb, resource, '--namespace=kube-system'), true);
    });
  }

  test('hold its own lease', async () => {
    assert.equal(await may('create', 'leases.coordination.k8s.io', `--namespace=${NAMESPACE}`), true);
    const own = 'leases.coordination.k8s.io/routesrv-routesrv-operator';
    assert.equal(await may('update', own, `--namespace=${NAMESPACE}`), true);
  });

  test('bind the role of route servers', async () => {
    assert.match(await asOperator([...binding(ROUTE_SERVER_ROLE), '--dry-run=server']), /created/);
  });
});

describe('the operator may not', () => {
  test('bind any other role', async () => {
    await assert.rejects(asOperator([...binding('cluster-admin'), '--dry-run=server']), /is forbidden/);
  });

  const denied: readonly (readonly [verb: string, resource: string])[] = [
    ['update', 'routeserverconfigs.routesrv.dev'],
    ['create', 'routeserverconfigs.routesrv.dev'],
    ['patch', 'ingresses.networking.k8s.io'],
    ['patch', 'routegroups.zalando.org'],
    ['get', 'secrets'],
    ['create', 'clusterroles.rbac.authorization.k8s.io'],
    ['escalate', 'clusterroles.rbac.authorization.k8s.io'],
    ['delete', 'pods'],
    ['create', 'pods/exec'],
  ];
  for (const [verb, resource] of denied) {
    test(`${verb} ${resource}`, async () => {
      assert.equal(await may(verb, resource, '--namespace=kube-system'), false);
    });
  }

  test("hold another operator's lease", async () => {
    assert.equal(await may('update', 'leases.coordination.k8s.io/other', `--namespace=${NAMESPACE}`), false);
  });
});

describe('after helm uninstall', () => {
  test('the definition and the objects are still there', async () => {
    const config = {
      apiVersion: 'routesrv.dev/v1alpha1',
      kind: 'RouteServerConfig',
      metadata: { name: 'ingress', namespace: 'default' },
      spec: { skipper: { deploymentRef: { name: 'skipper-ingress' } } },
    };
    await kubectl(cluster, ['apply', '-f', '-'], { input: JSON.stringify(config) });
    await helm(cluster, ['uninstall', RELEASE, '--namespace', NAMESPACE]);
    const left = await kubectl(cluster, ['get', 'rsc', '--namespace=default', '-o', 'name']);
    assert.equal(left.trim(), 'routeserverconfig.routesrv.dev/ingress');
  });

  test('a new install takes them over', async () => {
    const installed = await helm(cluster, ['install', RELEASE, CHART, '--namespace', NAMESPACE]);
    assert.match(installed, /STATUS: deployed/);
  });
});
