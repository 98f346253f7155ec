import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clusterOf } from './cluster-of.ts';
import type { ClusterOptions, ManifestCluster } from './cluster-of.ts';
import { readManifests } from './read-manifests.ts';

function cluster(text: string, options: Partial<ClusterOptions> = {}): ManifestCluster {
  const { manifests, mistakes } = readManifests({ file: 'f', text });
  assert.deepEqual(mistakes, []);
  return clusterOf(manifests, { defaultNamespace: 'default', onlyNamespace: '', ...options });
}

const told = ({ problems }: ManifestCluster): readonly string[] =>
  problems.map(({ place, code, field, message }) => `${place?.line ?? 0} ${code} ${field ?? ''}: ${message}`);

const ingress = (metadata: string, apiVersion = 'networking.k8s.io/v1'): string =>
  `apiVersion: ${apiVersion}\nkind: Ingress\nmetadata: ${metadata}\nspec: {}\n`;

describe('namespaces', () => {
  const namespaces = (text: string, options?: Partial<ClusterOptions>): readonly string[] =>
    cluster(text, options).state.ingresses.map(({ metadata }) => metadata.namespace);
  const three = ['{ name: a }', '{ name: b, namespace: shop }', '{ name: c, namespace: "" }'].map((one) =>
    ingress(one),
  );

  test('an object that names none is in the default one', () => {
    assert.deepEqual(namespaces(three.join('---\n'), { defaultNamespace: 'x' }), ['x', 'shop', 'x']);
  });

  test('only one is looked at where the route server looks at one', () => {
    assert.deepEqual(namespaces(three.join('---\n'), { onlyNamespace: 'shop' }), ['shop']);
  });

  test('one that is no text is told', () => {
    assert.deepEqual(told(cluster(ingress('{ name: a, namespace: 1 }'))), [
      '3 invalid-object metadata.namespace: expected a string (quote it in YAML)',
    ]);
  });
});

describe('kinds', () => {
  test('those that routes are not made of are passed over', () => {
    const text =
      'kind: Deployment\n---\napiVersion: v1\nkind: Secret\n---\nkind: Ingress\napiVersion: config.openshift.io/v1\n';
    const { state, problems } = cluster(`${text}---\nkind: Service\napiVersion: serving.knative.dev/v1\n`);
    assert.deepEqual([Object.values(state).flat(), problems], [[], []]);
  });

  for (const apiVersion of ['extensions/v1beta1', 'networking.k8s.io/v1beta1']) {
    test(`an Ingress of ${apiVersion} is told, for no route would come of it`, () => {
      assert.deepEqual(told(cluster(ingress('{ name: a }', apiVersion))), [
        `1 unsupported-version apiVersion: the route server reads networking.k8s.io/v1 only, not ${apiVersion}`,
      ]);
    });
  }
});

describe('objects', () => {
  test('of the same name count once, the later one, and it is told', () => {
    const first = ingress('{ name: a, labels: { of: one } }');
    const made = cluster(`${first}---\n${ingress('{ name: a, labels: { of: two } }')}`);
    assert.deepEqual(
      made.state.ingresses.map(({ metadata }) => metadata.labels.get('of')),
      ['two'],
    );
    assert.deepEqual(told(made), [
      '8 duplicate-object metadata.name: is also in f:1 (document 1); this one counts, for it comes later',
    ]);
  });

  test('without a name are told', () => {
    assert.deepEqual(told(cluster(ingress('{ generateName: a }'))), [
      '3 invalid-object metadata.name: expected a name',
    ]);
  });

  test('that cannot be decoded are told with the line of the field', () => {
    const text =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }\nspec:\n  rules:\n  - host: 1\n';
    assert.deepEqual(told(cluster(text)), [
      '6 invalid-object spec.rules[0].host: expected a string (quote it in YAML)',
    ]);
  });

  test('can be found again', () => {
    const made = cluster(ingress('{ name: a }'));
    const place = (name: string) => made.placeOf({ kind: 'Ingress', namespace: 'default', name }, 'spec')?.line;
    assert.deepEqual([place('a'), place('b')], [4, undefined]);
  });
});

test('a Service gets what the API server would fill in', () => {
  const text =
    'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80 }, { port: 81, targetPort: web }] }\n';
  const [service] = cluster(text).state.services;
  assert.deepEqual([service?.type, service?.ports.map(({ targetPort }) => targetPort)], ['ClusterIP', [80, 'web']]);
});
