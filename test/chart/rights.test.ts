/**
 * The operator itself, with no more rights than the chart gives it: it must get as far as it can get without a node.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { bootControlPlane, helm, kubeconfigForServiceAccount, kubectl, type BootedCluster } from '../harness/index.ts';
import { until } from '../harness/wait.ts';
import { CHART, NAMESPACE, RELEASE } from './chart.ts';

const ACCOUNT = 'routesrv-routesrv-operator';

const skipper = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'skipper-ingress', namespace: 'default' },
  spec: {
    selector: { matchLabels: { application: 'skipper-ingress' } },
    template: {
      metadata: { labels: { application: 'skipper-ingress' } },
      spec: { containers: [{ name: 'skipper', image: 'skipper', args: ['skipper', '-kubernetes'] }] },
    },
  },
};
const config = {
  apiVersion: 'routesrv.dev/v1alpha1',
  kind: 'RouteServerConfig',
  metadata: { name: 'ingress', namespace: 'default' },
  spec: { mode: 'Pre', skipper: { deploymentRef: { name: 'skipper-ingress' } } },
};

let cluster: BootedCluster;
let operator: ChildProcess;
let log = '';

before(async () => {
  cluster = await bootControlPlane({ name: 'chart-rights' });
  await helm(cluster, ['install', RELEASE, CHART, '--namespace', NAMESPACE, '--create-namespace']);
  await kubectl(cluster, ['wait', '--for=condition=Established', 'crd/routeserverconfigs.routesrv.dev']);
  operator = await startOperator();
});
after(async () => {
  const ended = once(operator, 'exit');
  operator.kill('SIGKILL');
  await ended;
  await cluster.stop();
});

/** The operator with the flags that the chart gives it, on ports of its own, as the chart's ServiceAccount. */
async function startOperator(): Promise<ChildProcess> {
  const args = JSON.parse(
    await kubectl(cluster, [
      ...['get', 'deployment', ACCOUNT, '--namespace', NAMESPACE],
      ...['-o', 'jsonpath={.spec.template.spec.containers[0].args}'],
    ]),
  ) as readonly string[];
  const flags = args.map((flag) => flag.replace(/^(--(?:metrics|health)-address)=.*/, '$1=127.0.0.1:0'));
  const kubeconfig = await kubeconfigForServiceAccount(cluster, { namespace: NAMESPACE, name: ACCOUNT });
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const child = spawn(process.execPath, ['src/bin/operator.ts', ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (log += text));
  }
  return child;
}

async function eventually(what: string, probe: () => Promise<boolean>): Promise<void> {
  await until({ what, deadlineMs: 60_000, explain: () => Promise.resolve(log.slice(-4_000)) }, probe);
}

describe('with the rights of the chart the operator', () => {
  test('makes everything that Pre needs', async () => {
    for (const object of [skipper, config]) {
      await kubectl(cluster, ['apply', '-f', '-'], { input: JSON.stringify(object) });
    }
    const wanted = ['deployment', 'service', 'serviceaccount', 'poddisruptionbudget'].map(
      (kind) => `${kind}/ingress-routesrv`,
    );
    await eventually('the objects of the route server', async () => {
      const found = await kubectl(cluster, ['get', ...wanted, '--namespace=default', '-o', 'name']);
      return found.trim().split('\n').length === wanted.length;
    });
    await eventually('the binding of the route server', async () => {
      const bindings = await kubectl(cluster, ['get', 'clusterrolebindings', '-o', 'name']);
      return bindings.includes('/default:ingress-routesrv');
    });
  });

  test('writes status, finalizer, lease and events', async () => {
    await eventually(
      'a status',
      async () => (await configField('{.status.conditions[?(@.type=="Ready")].status}')) !== '',
    );
    await eventually('a finalizer', async () =>
      (await configField('{.metadata.finalizers[0]}')).startsWith('routesrv.dev/'),
    );
    const lease = ['get', 'lease', ACCOUNT, '--namespace', NAMESPACE, '-o', 'jsonpath={.spec.holderIdentity}'];
    assert.notEqual(await kubectl(cluster, lease), '');
    await eventually('an event', async () => {
      const events = await kubectl(cluster, [
        'get',
        'events',
        '--namespace=default',
        '-o',
        'name',
        `--field-selector=${regarding}`,
      ]);
      return events !== '';
    });
  });

  test('is never refused a request', () => {
    assert.match(log, /routesrv-operator/);
    assert.doesNotMatch(log, /forbidden/i);
    assert.equal(operator.exitCode, null);
  });

  test('removes what it made when the object is deleted', async () => {
    await kubectl(cluster, ['delete', 'rsc', 'ingress', '--namespace=default', '--timeout=60s']);
    await eventually('nothing to be left', async () => {
      const kinds = 'deployments,services,serviceaccounts,poddisruptionbudgets,clusterrolebindings';
      const left = await kubectl(cluster, [
        'get',
        kinds,
        '--namespace=default',
        '-l',
        'routesrv.dev/config=ingress',
        '-o',
        'name',
      ]);
      return left === '';
    });
    assert.doesNotMatch(log, /forbidden/i);
  });
});

const regarding = 'involvedObject.kind=RouteServerConfig,involvedObject.name=ingress';

const configField = (path: string): Promise<string> =>
  kubectl(cluster, ['get', 'rsc', 'ingress', '--namespace=default', '-o', `jsonpath=${path}`]);
