import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SERVICE_URL, aConfig, aSkipper, applyPatch, directArgs, target } from './builder.test-support.ts';
import type { SkipperShape } from './builder.test-support.ts';
import type { SentinelSource } from './names.ts';
import { desiredSentinel } from './sentinel.ts';
import type { Deployment, JsonObject, PodSpec } from './types.ts';
import { wireSkipper } from './wire-skipper.ts';

interface Sentinel {
  readonly metadata: JsonObject & { readonly name: string };
  readonly spec: JsonObject & {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: JsonObject };
    readonly template: { readonly metadata: { readonly labels: JsonObject }; readonly spec: PodSpec };
  };
}

function sentinelOf(skipper: Deployment, source: SentinelSource): Sentinel {
  const sentinel = desiredSentinel({ config: aConfig(), skipper, source });
  assert.ok(sentinel);
  // What it is made of is what these tests look at; a wrong shape fails them.
  return sentinel as unknown as Sentinel;
}

const fed = (shape: SkipperShape = {}): Sentinel => sentinelOf(aSkipper(shape), 'routeServer');
const podOf = ({ spec }: Sentinel): PodSpec => spec.template.spec;

suite('a sentinel', () => {
  test('that is fed has the args of a wired Skipper', () => {
    assert.deepEqual(podOf(fed()).containers[0]?.args, [
      '-address=:9999',
      '-wait-for-healthcheck-interval=5s',
      `-routes-urls=${SERVICE_URL}/routes`,
      '-normalize-host',
    ]);
  });

  test('that is direct has the args of a direct Skipper', () => {
    assert.deepEqual(podOf(sentinelOf(aSkipper(), 'direct')).containers[0]?.args, directArgs);
  });

  for (const source of ['routeServer', 'direct'] as const) {
    test(`with source ${source} is the same whether the fleet is wired or not`, () => {
      const skipper = aSkipper({ container: { args: directArgs, securityContext: { readOnlyRootFilesystem: true } } });
      const wired = applyPatch(skipper, wireSkipper(skipper, target));
      const [before, after] = [podOf(sentinelOf(skipper, source)), podOf(sentinelOf(wired, source))];
      assert.deepEqual(after.containers[0]?.args, before.containers[0]?.args);
      if (source === 'routeServer') assert.deepEqual(after, before);
    });
  }

  test('is selected by nothing that selects the fleet', () => {
    const { labels } = fed().spec.template.metadata;
    assert.equal('application' in labels, false);
    for (const [key, value] of Object.entries(fed().spec.selector.matchLabels)) assert.equal(labels[key], value);
    assert.equal('annotations' in fed().spec.template.metadata, false);
  });

  test('is another Deployment than the other sentinel', () => {
    const direct = sentinelOf(aSkipper(), 'direct');
    assert.deepEqual([fed().metadata.name, direct.metadata.name], ['ingress-fed-sentinel', 'ingress-direct-sentinel']);
    assert.notDeepEqual(fed().spec.selector, direct.spec.selector);
  });

  test('is owned by the config and alone', () => {
    const owners = fed().metadata['ownerReferences'] as readonly JsonObject[];
    assert.equal(owners[0]?.['uid'], 'config-uid');
    assert.equal(fed().spec.replicas, 1);
  });

  test('takes no host port and no host network from the fleet', () => {
    const ports = [{ name: 'http', containerPort: 9999, hostPort: 9999, hostIP: '10.0.0.1', protocol: 'TCP' }];
    const pod = podOf(fed({ container: { args: directArgs, ports }, pod: { hostNetwork: true } }));
    assert.deepEqual(pod.containers[0]?.ports, [{ name: 'http', containerPort: 9999, protocol: 'TCP' }]);
    assert.equal('hostNetwork' in pod, false);
  });

  test('needs no place that the fleet has taken, and pushes nobody out', () => {
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } };
    const pod = podOf(
      fed({
        pod: {
          affinity: { nodeAffinity, podAntiAffinity: {} },
          topologySpreadConstraints: [{ maxSkew: 1 }],
          priorityClassName: 'system-cluster-critical',
        },
      }),
    );
    assert.deepEqual(pod.affinity, { nodeAffinity });
    assert.equal('topologySpreadConstraints' in pod || 'priorityClassName' in pod, false);
  });

  test('keeps what it needs to run: environment, volumes, account, sidecars', () => {
    const env = [{ name: 'ZONE', value: 'a' }];
    const volumes = [{ name: 'credentials', secret: { secretName: 'credentials' } }];
    const sidecar = { name: 'token-refresher' };
    const shape = {
      container: { args: directArgs, env },
      pod: { volumes, serviceAccountName: 'skipper', containers: [sidecar] },
    };
    const pod = podOf(fed(shape));
    assert.deepEqual(
      [pod.containers[0]?.env, pod.volumes, pod['serviceAccountName'], pod.containers[1]],
      [env, volumes, 'skipper', sidecar],
    );
  });

  test('gets a writable /tmp where the fleet, once wired, would need one', () => {
    const pod = podOf(fed({ container: { args: directArgs, securityContext: { readOnlyRootFilesystem: true } } }));
    assert.deepEqual(pod.containers[0]?.volumeMounts, [{ name: 'routesrv-tmp', mountPath: '/tmp' }]);
    assert.deepEqual(pod.volumes, [{ name: 'routesrv-tmp', emptyDir: {} }]);
  });

  test('cannot be made of a Deployment without a Skipper container', () => {
    const config = aConfig();
    const named = { ...config, spec: { ...config.spec, skipper: { ...config.spec.skipper, containerName: 'proxy' } } };
    assert.equal(desiredSentinel({ config: named, skipper: aSkipper(), source: 'direct' }), undefined);
  });
});
