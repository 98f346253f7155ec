import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SERVICE_URL, aConfig, aSkipper, applyPatch, target } from './builder.test-support.ts';
import type { SkipperShape } from './builder.test-support.ts';
import { takeOverFromSkipper } from './from-skipper.ts';
import type { TakenOver } from './from-skipper.ts';
import type { EnvVar } from './types.ts';
import { variablesIn } from './variables.ts';
import { wireSkipper } from './wire-skipper.ts';

const direct = ['-kubernetes', '-kubernetes-in-cluster'];

function taken(shape: SkipperShape): TakenOver {
  const result = takeOverFromSkipper(aConfig(), aSkipper(shape));
  assert.ok(result);
  return result;
}

suite('the environment that comes along', () => {
  const env = [
    { name: 'UNUSED', value: 'x' },
    { name: 'CLUSTER', value: 'stups-$(STAGE)' },
    { name: 'STAGE', valueFrom: { configMapKeyRef: { name: 'cluster', key: 'stage' } } },
    { name: 'PORT', value: '9999' },
  ];

  test('is what the moved flags refer to, and what that refers to in turn', () => {
    const args = [...direct, '-kubernetes-east-west-range-domains=$(CLUSTER).local', '-address=:$(PORT)'];
    const { environment } = taken({ container: { args, env } });
    assert.deepEqual(
      environment.env.map(({ name }) => name),
      ['CLUSTER', 'STAGE'],
    );
    assert.deepEqual(environment.envFrom, []);
  });

  test('is whole sources when a variable is in none of the entries', () => {
    const envFrom = [{ configMapRef: { name: 'settings' } }];
    const { environment, warnings } = taken({
      container: { args: [...direct, '-kubernetes-namespace=$(NS)'], env, envFrom },
    });
    assert.deepEqual(environment.envFrom, envFrom);
    assert.deepEqual(warnings, []);
  });

  test('is reported where nothing defines it', () => {
    const { warnings } = taken({ container: { args: [...direct, '-kubernetes-namespace=$(NS)'], env } });
    assert.deepEqual(
      warnings.map(({ flag }) => flag),
      ['$(NS)'],
    );
  });

  test('ends where variables refer to each other in a circle', () => {
    const circle = [
      { name: 'A', value: '$(B)' },
      { name: 'B', value: '$(A)' },
    ];
    const { environment } = taken({ container: { args: [...direct, '-kubernetes-namespace=$(A)'], env: circle } });
    assert.deepEqual(environment.env, circle);
  });

  test('takes a doubled dollar for what it says', () => {
    assert.deepEqual(variablesIn('$$(LITERAL) $(REAL) $$$(BOTH) $NOT'), ['REAL', 'BOTH']);
  });
});

suite('the volumes that come along', () => {
  const args = [...direct, '-default-filters-dir=/etc/skipper/filters'];
  const volumeMounts = [{ name: 'filters', mountPath: '/etc/skipper', readOnly: true }];
  const volumes = [
    { name: 'filters', configMap: { name: 'default-filters' } },
    { name: 'other', emptyDir: {} },
  ];

  test('are those behind the directory of the default filters', () => {
    const result = taken({ container: { args, volumeMounts }, pod: { volumes } });
    assert.deepEqual(result.volumes, volumes.slice(0, 1));
    assert.deepEqual(result.volumeMounts, volumeMounts);
    assert.deepEqual(result.unsupported, []);
  });

  test('come once when two flags name the same', () => {
    const both = [...args, '-kubernetes-token-file=/etc/skipper/token'];
    assert.equal(taken({ container: { args: both, volumeMounts }, pod: { volumes } }).volumes.length, 1);
  });

  test('are not needed for the token that every pod has', () => {
    const token = [...direct, '-kubernetes-token-file=/var/run/secrets/kubernetes.io/serviceaccount/token'];
    assert.deepEqual(taken({ container: { args: token } }).unsupported, []);
  });

  const refused: Record<string, SkipperShape> = {
    "a directory that is in Skipper's image": { container: { args } },
    "a volume that only Skipper's pod has": {
      container: { args, volumeMounts },
      pod: { volumes: [{ name: 'filters', emptyDir: {} }] },
    },
  };
  for (const [name, shape] of Object.entries(refused)) {
    test(`cannot be ${name}`, () => {
      assert.deepEqual(
        taken(shape).unsupported.map(({ flag }) => flag),
        ['default-filters-dir'],
      );
    });
  }
});

suite('taking over from Skipper', () => {
  test('comes to the same while Skipper is wired', () => {
    const skipper = aSkipper();
    const wired = applyPatch(skipper, wireSkipper(skipper, target));
    assert.deepEqual(takeOverFromSkipper(aConfig(), wired), takeOverFromSkipper(aConfig(), skipper));
  });

  test('names the one namespace that is read', () => {
    assert.equal(taken({ container: { args: [...direct, '-kubernetes-namespace', 'shop'] } }).namespace, 'shop');
    assert.equal('namespace' in taken({ container: { args: direct } }), false);
  });

  const namespaces: Record<string, { readonly env: readonly EnvVar[]; readonly namespace: string | undefined }> = {
    'in a variable with a plain value': { env: [{ name: 'NS', value: 'shop' }], namespace: 'shop' },
    "in a variable that is the pod's own": {
      env: [{ name: 'NS', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
      namespace: 'kube-system',
    },
    'nowhere that can be seen from outside of the pod': {
      env: [{ name: 'NS', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }],
      namespace: undefined,
    },
  };
  for (const [name, { env, namespace }] of Object.entries(namespaces)) {
    test(`finds the one namespace ${name}`, () => {
      const result = taken({ container: { args: [...direct, '-kubernetes-namespace=$(NS)'], env } });
      assert.equal(result.namespace, namespace);
      assert.equal(result.unsupported.length, namespace === undefined ? 1 : 0);
    });
  }

  test("uses the cluster's domain and the extra args of the spec", () => {
    const result = takeOverFromSkipper(aConfig({ extraArgs: ['-application-log-level=DEBUG'] }), aSkipper());
    assert.equal(result?.routesUrl, `${SERVICE_URL}/routes`);
    assert.equal(result.routeServerArgs.at(-1), '-application-log-level=DEBUG');
  });

  test('gives nothing when no container is Skipper', () => {
    const pod = { containers: [{ name: 'other' }] };
    const config = aConfig();
    const named = { ...config, spec: { ...config.spec, skipper: { ...config.spec.skipper, containerName: 'proxy' } } };
    assert.equal(takeOverFromSkipper(named, aSkipper({ pod })), undefined);
  });
});
