import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { RouteServerSpec } from '../api/index.ts';
import { aConfig, aSkipper, directArgs } from './builder.test-support.ts';
import type { SkipperShape } from './builder.test-support.ts';
import { takeOverFromSkipper } from './from-skipper.ts';
import { FLAGS_DIGEST_ANNOTATION } from './names.ts';
import { desiredRouteServer } from './route-server.ts';
import type { Container, Json, JsonObject, KubeObject, PodSpec } from './types.ts';

function objects(spec: Partial<RouteServerSpec> = {}, shape: SkipperShape = {}): readonly KubeObject[] {
  const config = aConfig(spec);
  const taken = takeOverFromSkipper(config, aSkipper(shape));
  assert.ok(taken);
  return desiredRouteServer({ config, taken, defaultImage: 'ours:1', clusterRole: 'routesrv-reader' });
}

function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => (inner as JsonObject | undefined)?.[key], value);
}

const kinds = (of: readonly KubeObject[]): readonly string[] => of.map(({ kind }) => kind);
const one = (of: readonly KubeObject[], kind: string): KubeObject | undefined => of.find((each) => each.kind === kind);
const podOf = (of: readonly KubeObject[]) =>
  at(one(of, 'Deployment'), 'spec', 'template', 'spec') as unknown as PodSpec;
const containerOf = (of: readonly KubeObject[]): Container => podOf(of).containers[0] ?? { name: 'none' };

suite('the objects of a route server', () => {
  test('come in the order in which they need each other', () => {
    assert.deepEqual(kinds(objects()), [
      'ServiceAccount',
      'ClusterRoleBinding',
      'ConfigMap',
      'Deployment',
      'Service',
      'PodDisruptionBudget',
    ]);
  });

  test('are plain JSON: what is applied is what was meant', () => {
    const all = objects({ autoscaling: { minReplicas: 2, maxReplicas: 10, targetCPUUtilizationPercentage: 80 } });
    assert.deepEqual(JSON.parse(JSON.stringify(all)), all);
  });

  test('are the same each time', () => {
    assert.deepEqual(objects(), objects());
  });

  test('are owned by the config, but for the binding, which cannot be', () => {
    const unowned = objects().filter(({ metadata }) => at(metadata, 'ownerReferences', 0, 'uid') !== 'config-uid');
    assert.deepEqual(kinds(unowned), ['ClusterRoleBinding']);
  });

  test('all carry the labels by which they are found', () => {
    for (const { kind, metadata } of objects()) {
      const labels = at(metadata, 'labels');
      const found = [at(labels, 'routesrv.dev/config'), at(labels, 'routesrv.dev/config-namespace')];
      assert.deepEqual(found, ['ingress', 'kube-system'], kind);
    }
  });

  test('have names that fit a DNS label for the longest config name', () => {
    const config = aConfig();
    const longest = { ...config, metadata: { ...config.metadata, name: 'a'.repeat(40) } };
    const taken = takeOverFromSkipper(longest, aSkipper());
    assert.ok(taken);
    const all = desiredRouteServer({ config: longest, taken, defaultImage: 'ours:1', clusterRole: 'reader' });
    const names = all.filter(({ kind }) => kind !== 'ClusterRoleBinding').map(({ metadata }) => metadata.name);
    for (const name of names) assert.match(name, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });
});

suite('the right to read', () => {
  test('is the given role, for the route server alone', () => {
    const binding = one(objects(), 'ClusterRoleBinding');
    assert.equal(binding?.metadata.name, 'kube-system:ingress-routesrv');
    assert.equal(at(binding, 'roleRef', 'name'), 'routesrv-reader');
    assert.deepEqual(at(binding, 'subjects'), [
      { kind: 'ServiceAccount', name: 'ingress-routesrv', namespace: 'kube-system' },
    ]);
  });

  test('ends at the one namespace that is read', () => {
    const bound = objects({}, { container: { args: [...directArgs, '-kubernetes-namespace=shop'] } });
    assert.equal(one(bound, 'ClusterRoleBinding'), undefined);
    assert.equal(one(bound, 'RoleBinding')?.metadata.namespace, 'shop');
  });

  test('is left to the person who brings a ServiceAccount', () => {
    const brought = objects({ serviceAccountName: 'mine' });
    assert.deepEqual(kinds(brought).slice(0, 2), ['ConfigMap', 'Deployment']);
    assert.equal(at(podOf(brought), 'serviceAccountName'), 'mine');
  });
});

suite("the route server's pod", () => {
  test('runs either image with the same command and the derived args', () => {
    const container = containerOf(objects({ image: 'registry/zalando/skipper:v0.27.65' }));
    assert.equal(container['image'], 'registry/zalando/skipper:v0.27.65');
    assert.deepEqual(container.command, ['routesrv']);
    assert.deepEqual(container.args, [
      '-kubernetes',
      '-kubernetes-in-cluster',
      '-address=:9990',
      '-support-listener=:9911',
      '-wait-for-healthcheck-interval=5s',
    ]);
    assert.equal(containerOf(objects())['image'], 'ours:1');
  });

  test('may run where pods are restricted', () => {
    const pod = podOf(objects());
    assert.deepEqual(at(pod, 'securityContext'), {
      runAsNonRoot: true,
      runAsUser: 65534,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    assert.deepEqual(at(pod, 'containers', 0, 'securityContext'), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('can write to /tmp', () => {
    assert.deepEqual(containerOf(objects()).volumeMounts, [{ name: 'tmp', mountPath: '/tmp' }]);
  });

  test('keeps its last table and knows its replicas, in variables that either image starts with', () => {
    assert.deepEqual(containerOf(objects()).env, [
      { name: 'ROUTESRV_LAST_KNOWN_GOOD_DIR', value: '/tmp/last-known-good' },
      { name: 'ROUTESRV_PEER_URLS', value: 'http://ingress-routesrv.kube-system.svc.cluster.local/routes' },
    ]);
    const off = objects({ env: [{ name: 'ROUTESRV_PEER_URLS', value: '' }] });
    assert.deepEqual(
      containerOf(off).env?.at(-1),
      { name: 'ROUTESRV_PEER_URLS', value: '' },
      'the spec has the last word',
    );
  });

  test('stops after its endpoint is forgotten and before it is killed', () => {
    const [forgotten, bodies] = [5, 15];
    assert.ok(containerOf(objects()).args?.includes(`-wait-for-healthcheck-interval=${forgotten}s`));
    // bodies: what src/bin/routesrv.ts gives those that are on their way.
    assert.ok((podOf(objects()).terminationGracePeriodSeconds ?? 0) > forgotten + bodies);
  });

  test('asks to be spread over zones and nodes, unless the spec says how', () => {
    const pod = podOf(objects());
    assert.equal(at(pod, 'topologySpreadConstraints', 0, 'topologyKey'), 'topology.kubernetes.io/zone');
    const preferred = at(pod, 'affinity', 'podAntiAffinity', 'preferredDuringSchedulingIgnoredDuringExecution');
    assert.equal(at(preferred, 0, 'podAffinityTerm', 'topologyKey'), 'kubernetes.io/hostname');
    const own = podOf(objects({ topologySpreadConstraints: [], affinity: { nodeAffinity: {} } }));
    assert.deepEqual(at(own, 'topologySpreadConstraints'), []);
    assert.deepEqual(at(own, 'affinity'), { nodeAffinity: {} });
  });

  test('goes where the spec sends it', () => {
    const pod = podOf(
      objects({ nodeSelector: { pool: 'ingress' }, priorityClassName: 'high', tolerations: [{ key: 'a' }] }),
    );
    assert.deepEqual(
      [at(pod, 'nodeSelector'), at(pod, 'priorityClassName'), at(pod, 'tolerations')],
      [{ pool: 'ingress' }, 'high', [{ key: 'a' }]],
    );
  });

  test("has a person's variable in place of Skipper's of the same name", () => {
    const shape: SkipperShape = {
      container: {
        args: [...directArgs, '-kubernetes-namespace=$(NS)', '-kubernetes-path-mode=$(MODE)'],
        env: [
          { name: 'NS', value: 'a' },
          { name: 'MODE', value: 'path-prefix' },
        ],
      },
    };
    assert.deepEqual(containerOf(objects({ env: [{ name: 'NS', value: 'b' }] }, shape)).env?.slice(2), [
      { name: 'MODE', value: 'path-prefix' },
      { name: 'NS', value: 'b' },
    ]);
  });

  test('keeps the labels that its Service selects by, whatever labels the spec adds', () => {
    const all = objects({ podLabels: { team: 'ingress', 'app.kubernetes.io/component': 'other' } });
    const labels = at(one(all, 'Deployment'), 'spec', 'template', 'metadata', 'labels') as JsonObject;
    const selector = at(one(all, 'Service'), 'spec', 'selector') as JsonObject;
    for (const [key, value] of Object.entries(selector)) assert.equal(labels[key], value);
    assert.equal(labels['team'], 'ingress');
  });

  test('changes together with the record of its flags', () => {
    const digestOf = (all: readonly KubeObject[]) =>
      at(one(all, 'Deployment'), 'spec', 'template', 'metadata', 'annotations', FLAGS_DIGEST_ANNOTATION);
    assert.notEqual(digestOf(objects()), digestOf(objects({ extraArgs: ['-application-log-level=DEBUG'] })));
    assert.deepEqual(
      JSON.parse(at(one(objects(), 'ConfigMap'), 'data', 'args.json') as string),
      containerOf(objects()).args,
    );
  });
});

suite('the number of route servers', () => {
  const replicas = (all: readonly KubeObject[]) => at(one(all, 'Deployment'), 'spec', 'replicas');

  test('is two, or what the spec says', () => {
    assert.equal(replicas(objects()), 2);
    assert.equal(replicas(objects({ replicas: 3 })), 3);
  });

  test("is the autoscaler's alone when there is one", () => {
    const all = objects({ autoscaling: { minReplicas: 2, maxReplicas: 10, targetCPUUtilizationPercentage: 80 } });
    assert.equal(replicas(all), undefined);
    assert.equal(at(one(all, 'HorizontalPodAutoscaler'), 'spec', 'maxReplicas'), 10);
  });
});
