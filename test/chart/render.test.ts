/** What the chart renders for which values, and which values it refuses. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { bootControlPlane, helm, type BootedCluster } from '../harness/index.ts';
import { objectLabels } from '../../src/manifests/names.ts';
import { at, CHART, complaint, identities, objectOf, render, type Rendered } from './chart.ts';

const CRD = 'CustomResourceDefinition';
const key = { namespace: 'ingress', name: 'edge', uid: 'u' };
const container = 'spec.template.spec.containers.0';

let cluster: BootedCluster;
before(async () => {
  cluster = await bootControlPlane({ name: 'chart-render' });
});
after(() => cluster.stop());

const monitors = {
  podMonitor: { enabled: true },
  routeServerPodMonitor: { enabled: true },
  serviceMonitor: { enabled: true },
  prometheusRule: { enabled: true, labels: { prometheus: 'main' } },
  dashboard: { enabled: true },
};
const everything = {
  tier: 'test',
  tierConfigMap: { namespace: 'kube-system', name: 'cluster' },
  watchNamespace: 'ingress',
  replicas: 2,
  imagePullSecrets: [{ name: 'registry' }],
  extraArgs: ['--drain-timeout=5s'],
  env: [{ name: 'A', value: 'b' }],
  serviceAccount: { annotations: { a: 'b' } },
  podAnnotations: { a: 'b' },
  podLabels: { team: 'ingress' },
  nodeSelector: { a: 'b' },
  tolerations: [{ operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
  priorityClassName: 'system-cluster-critical',
  routeServer: { readSecrets: true },
  networkPolicy: { enabled: true, metricsFrom: [{ namespaceSelector: { matchLabels: { team: 'monitoring' } } }] },
  metrics: { service: { annotations: { a: 'b' } }, ...monitors },
};

/** The operator's flags. */
function args(objects: readonly Rendered[]): readonly string[] {
  return at(objectOf(objects, 'Deployment'), `${container}.args`) as readonly string[];
}

describe('the chart', () => {
  test('has nothing that helm lint would strictly refuse', async () => {
    assert.match(await helm(cluster, ['lint', '--strict', CHART]), /0 chart\(s\) failed/);
  });

  test('makes these objects by default', async () => {
    assert.deepEqual(identities(await render(cluster)), [
      'ClusterRole/operators:routesrv-routesrv-operator',
      'ClusterRole/operators:routesrv-routesrv-operator-route-server',
      'ClusterRoleBinding/operators:routesrv-routesrv-operator',
      'CustomResourceDefinition/routeserverconfigs.routesrv.dev',
      'Deployment/routesrv-routesrv-operator',
      'Role/routesrv-routesrv-operator-lease',
      'RoleBinding/routesrv-routesrv-operator-lease',
      'Service/routesrv-routesrv-operator-metrics',
      'ServiceAccount/routesrv-routesrv-operator',
    ]);
  });

  test('adds these when everything is set', async () => {
    const usual = identities(await render(cluster));
    const added = identities(await render(cluster, everything)).filter((identity) => !usual.includes(identity));
    assert.deepEqual(added, [
      'ConfigMap/routesrv-routesrv-operator-dashboard',
      'NetworkPolicy/routesrv-routesrv-operator',
      'PodDisruptionBudget/routesrv-routesrv-operator',
      'PodMonitor/routesrv-routesrv-operator',
      'PodMonitor/routesrv-routesrv-operator-route-servers',
      'PrometheusRule/routesrv-routesrv-operator',
      'Role/routesrv-routesrv-operator',
      'Role/routesrv-routesrv-operator-tier',
      'RoleBinding/routesrv-routesrv-operator',
      'RoleBinding/routesrv-routesrv-operator-tier',
      'ServiceMonitor/routesrv-routesrv-operator',
    ]);
  });

  test('leaves out what is switched off', async () => {
    const off = {
      crds: { install: false },
      rbac: { create: false },
      serviceAccount: { create: false, name: 'mine' },
      metrics: { service: { enabled: false } },
    };
    assert.deepEqual(identities(await render(cluster, off)), ['Deployment/routesrv-routesrv-operator']);
  });

  test('puts every namespaced object into the namespace of the release', async () => {
    const clusterWide = ['ClusterRole', 'ClusterRoleBinding', CRD];
    for (const { kind, metadata } of await render(cluster)) {
      assert.equal(metadata.namespace, clusterWide.includes(kind) ? undefined : 'operators', kind);
    }
  });
});

describe('what Prometheus and Grafana get', () => {
  test('is what the files say, nothing in it taken for a template', async () => {
    const objects = await render(cluster, everything);
    const rule = objectOf(objects, 'PrometheusRule');
    assert.deepEqual(at(rule, 'spec'), parse(await readFile(`${CHART}/files/alerts.yaml`, 'utf8')));
    assert.equal(at(rule, 'metadata.labels.prometheus'), 'main');
    const { data } = objectOf(objects, 'ConfigMap', '-dashboard') as Rendered & {
      readonly data: Record<string, string>;
    };
    const shown: unknown = JSON.parse(data['routesrv-operator.json'] ?? '');
    assert.deepEqual(shown, JSON.parse(await readFile(`${CHART}/files/dashboard.json`, 'utf8')));
  });

  test('is the series of route servers, where their pods listen, by the name of their config', async () => {
    const pods = { labels: objectLabels(key, 'route-server'), port: 'support' };
    const monitor = objectOf(await render(cluster, everything), 'PodMonitor', '-route-servers');
    const selected = at(monitor, 'spec.selector.matchLabels') as object;
    assert.deepEqual({ ...pods.labels, ...selected }, pods.labels);
    assert.equal(pods.labels[String(at(monitor, 'spec.jobLabel'))], key.name);
    assert.equal(at(monitor, 'spec.podMetricsEndpoints.0.port'), pods.port);
    assert.deepEqual(at(monitor, 'spec.namespaceSelector'), { matchNames: ['ingress'] });
    const anywhere = objectOf(await render(cluster, { metrics: monitors }), 'PodMonitor', '-route-servers');
    assert.deepEqual(at(anywhere, 'spec.namespaceSelector'), { any: true });
  });

  test("keeps the configs' namespace in the series", async () => {
    const objects = await render(cluster, everything);
    assert.equal(at(objectOf(objects, 'PodMonitor'), 'spec.podMetricsEndpoints.0.honorLabels'), true);
    assert.equal(at(objectOf(objects, 'ServiceMonitor'), 'spec.endpoints.0.honorLabels'), true);
  });
});

describe('the definition in the chart', () => {
  test('is the one in crds/', async () => {
    const published = parse(await readFile('crds/routesrv.dev_routeserverconfigs.yaml', 'utf8')) as Rendered;
    assert.deepEqual(at(objectOf(await render(cluster), CRD), 'spec'), at(published, 'spec'));
  });

  test('stays when the release is uninstalled, unless it is told otherwise', async () => {
    const kept = objectOf(await render(cluster), CRD);
    const dropped = objectOf(await render(cluster, { crds: { keep: false } }), CRD);
    assert.deepEqual(at(kept, 'metadata.annotations'), { 'helm.sh/resource-policy': 'keep' });
    assert.equal(at(dropped, 'metadata.annotations'), undefined);
  });
});

describe('the operator', () => {
  test('gets these flags by default', async () => {
    assert.deepEqual(args(await render(cluster)), [
      '--leader-elect',
      '--lease-namespace=operators',
      '--lease-name=routesrv-routesrv-operator',
      '--route-server-image=routesrv:0.1.0',
      '--route-server-cluster-role=operators:routesrv-routesrv-operator-route-server',
      '--metrics-address=:8080',
      '--health-address=:8081',
      '--log-level=info',
    ]);
  });

  test('is told tier, scope and what else is set, the own flags last', async () => {
    const usual = args(await render(cluster));
    assert.deepEqual(
      args(await render(cluster, everything)).filter((flag) => !usual.includes(flag)),
      ['--tier=test', '--tier-config-map=kube-system/cluster', '--namespace=ingress', '--drain-timeout=5s'],
    );
  });

  test('starts route servers of its own image unless another is named', async () => {
    const image = { repository: 'example.org/routesrv', tag: 'v2' };
    assert.ok(args(await render(cluster, { image })).includes('--route-server-image=example.org/routesrv:v2'));
    const flags = args(await render(cluster, { image, routeServer: { image: 'example.org/other:v1' } }));
    assert.ok(flags.includes('--route-server-image=example.org/other:v1'));
  });

  test('runs under the restricted security profile', async () => {
    const pod = at(objectOf(await render(cluster), 'Deployment'), 'spec.template.spec');
    assert.equal(at(pod, 'securityContext.runAsNonRoot'), true);
    assert.deepEqual(at(pod, 'securityContext.seccompProfile'), { type: 'RuntimeDefault' });
    assert.deepEqual(at(pod, 'containers.0.securityContext'), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('rather goes to several nodes when there are several, unless it is told where to go', async () => {
    const affinity = async (values: object) =>
      at(objectOf(await render(cluster, values), 'Deployment'), 'spec.template.spec.affinity');
    assert.equal(await affinity({}), undefined);
    const term = 'podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerm';
    assert.deepEqual(at(await affinity({ replicas: 2 }), term), {
      topologyKey: 'kubernetes.io/hostname',
      labelSelector: at(objectOf(await render(cluster), 'Deployment'), 'spec.selector'),
    });
    const own = { nodeAffinity: {} };
    assert.deepEqual(await affinity({ replicas: 2, affinity: own }), own);
  });

  test('keeps the labels by which its Deployment selects, whatever podLabels say', async () => {
    const deployment = objectOf(await render(cluster, { podLabels: { 'app.kubernetes.io/name': 'x' } }), 'Deployment');
    const labels = at(deployment, 'spec.template.metadata.labels') as object;
    assert.deepEqual({ ...labels, ...(at(deployment, 'spec.selector.matchLabels') as object) }, labels);
  });
});

describe('rights', () => {
  const resources = (object: Rendered) =>
    (at(object, 'rules') as readonly { readonly resources: readonly string[] }[]).flatMap((rule) => rule.resources);

  test('on what is in namespaces end at the watched one', async () => {
    const objects = await render(cluster, { watchNamespace: 'ingress' });
    const clusterRole = objectOf(objects, 'ClusterRole', ':routesrv-routesrv-operator');
    assert.deepEqual(resources(clusterRole), ['clusterrolebindings', 'rolebindings', 'clusterroles']);
    assert.equal(objectOf(objects, 'Role', 'routesrv-operator').metadata.namespace, 'ingress');
  });

  test('to read Secrets are given to route servers only on request', async () => {
    const role = async (values: object) =>
      resources(objectOf(await render(cluster, values), 'ClusterRole', 'route-server'));
    assert.ok(!(await role({})).includes('secrets'));
    assert.ok((await role({ routeServer: { readSecrets: true } })).includes('secrets'));
  });

  test('are those that the README lists, no more and no fewer', async () => {
    const [readme = ''] = (await readFile(`${CHART}/README.md`, 'utf8')).split('## Uninstall');
    const listed = [...readme.matchAll(/^\| (`[^|]+`) +\| ([a-z, ]+?) +\| /gm)].flatMap(([, on = '', verbs = '']) =>
      [...on.matchAll(/`([^`]+)`/g)].map(([, resource = '']) => [resource, verbs.split(', ').sort()] as const),
    );
    const roles = (await render(cluster)).filter(({ kind }) => kind.endsWith('Role'));
    const rules = roles
      .filter(({ metadata }) => !metadata.name.endsWith('-route-server'))
      .flatMap((role) => at(role, 'rules') as readonly Record<'resources' | 'verbs', readonly string[]>[]);
    const granted = new Map<string, Set<string>>();
    for (const rule of rules) {
      for (const resource of rule.resources) {
        granted.set(resource, new Set([...(granted.get(resource) ?? []), ...rule.verbs]));
      }
    }
    const sorted = [...granted].map(([resource, verbs]) => [resource, [...verbs].sort()] as const);
    assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(sorted));
  });

  test('never hold a wildcard', async () => {
    for (const object of await render(cluster, everything)) {
      if (object.kind.endsWith('Role')) assert.ok(!JSON.stringify(at(object, 'rules')).includes('*'), object.kind);
    }
  });
});

describe('values', () => {
  const refused: Readonly<Record<string, { values: object; says: RegExp }>> = {
    'a tier that is a number': { values: { tier: 5 }, says: /at '\/tier': got number, want string/ },
    'a tier that is a boolean': { values: { tier: false }, says: /at '\/tier': got boolean, want string/ },
    'a tier that is no DNS label': { values: { tier: 'Test Tier' }, says: /at '\/tier'/ },
    'a value that does not exist': {
      values: { crds: { keap: true } },
      says: /additional properties 'keap' not allowed/,
    },
    'replicas as text': { values: { replicas: 'two' }, says: /at '\/replicas': got string, want integer/ },
    'an unknown log level': { values: { logLevel: 'loud' }, says: /at '\/logLevel': value must be one of/ },
    'a name that is no DNS label': { values: { fullnameOverride: 'Route_Server' }, says: /at '\/fullnameOverride'/ },
    'a misspelt resource': {
      values: { resources: { limits: { memroy: '1Gi' } } },
      says: /at '\/resources\/limits'.*memroy|memroy.*does not match/,
    },
    'a quantity that is none': { values: { resources: { limits: { cpu: 'lots' } } }, says: /\/resources\/limits\/cpu/ },
    'a misspelt affinity': { values: { affinity: { podAntiAfinity: {} } }, says: /podAntiAfinity/ },
    'a misspelt variable': {
      values: { env: [{ name: 'A', valeu: 'b' }] },
      says: /at '\/env\/0': additional properties 'valeu' not allowed/,
    },
    'an effect that taints do not have': {
      values: { tolerations: [{ effect: 'NoRun' }] },
      says: /at '\/tolerations\/0\/effect': value must be one of/,
    },
    'no ServiceAccount at all': {
      values: { serviceAccount: { create: false } },
      says: /name an existing one in serviceAccount\.name/,
    },
    'a tier ConfigMap without its namespace': {
      values: { tierConfigMap: { name: 'cluster' } },
      says: /set tierConfigMap\.namespace too/,
    },
    'a ServiceMonitor without a Service': {
      values: { metrics: { service: { enabled: false }, serviceMonitor: { enabled: true } } },
      says: /set metrics\.service\.enabled to true/,
    },
  };
  for (const [name, { values, says }] of Object.entries(refused)) {
    test(`are refused with ${name}`, async () => {
      assert.match((await complaint(cluster, values)) ?? 'nothing', says);
    });
  }

  test('in values.yaml are all known to the schema, and the schema knows no others', async () => {
    const schema = JSON.parse(await readFile(`${CHART}/values.schema.json`, 'utf8')) as object;
    const values = parse(await readFile(`${CHART}/values.yaml`, 'utf8')) as object;
    const known = Object.keys(at(schema, 'properties') as object).filter((name) => name !== 'global');
    assert.deepEqual(known.sort(), Object.keys(values).sort());
  });
});
