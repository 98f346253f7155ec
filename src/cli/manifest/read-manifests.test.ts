import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describePlace, readManifests } from './read-manifests.ts';

/** `kind name file:line (document n)` of each object, and the mistakes. */
function read(text: string): readonly string[] {
  const { manifests, mistakes } = readManifests({ file: 'f', text });
  const names = manifests.map(({ apiVersion, kind, raw, placeOf }) => {
    const { name } = raw['metadata'] as { readonly name: string };
    return `${apiVersion || 'none'} ${kind} ${name} ${describePlace(placeOf())}`;
  });
  return [...names, ...mistakes];
}

describe('objects are found in', () => {
  const cases: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    'several documents, empty ones and comments among them': [
      '# first\n---\napiVersion: v1\nkind: A\nmetadata: { name: a }\n---\n# nothing\n---\nkind: B\nmetadata: { name: b }\n',
      ['v1 A a f:3 (document 1)', 'none B b f:9 (document 3)'],
    ],
    'a List': [
      'kind: List\nitems:\n  - kind: A\n    metadata: { name: a }\n  - kind: B\n    metadata: { name: b }\n',
      ['none A a f:3 (document 1)', 'none B b f:5 (document 1)'],
    ],
    'a list of one kind, whose items need not say it': [
      'kind: IngressList\nitems:\n- metadata: { name: a }\n',
      ['none Ingress a f:3 (document 1)'],
    ],
    'a list without items': ['kind: IngressList\nitems: null\n', []],
    'a List within a List': [
      'kind: List\nitems:\n- kind: List\n  items:\n  - kind: A\n    metadata: { name: a }\n',
      ['none A a f:5 (document 1)'],
    ],
    JSON: ['{\n  "kind": "A",\n  "metadata": { "name": "a" }\n}', ['none A a f:1 (document 1)']],
    'YAML in flow style': ['{ kind: A, metadata: { name: a } }', ['none A a f:1 (document 1)']],
    'an object that is called a list and is none': [
      'kind: AllowList\nmetadata: { name: a }\n',
      ['none AllowList a f:1 (document 1)'],
    ],
    'nothing at all': ['', []],
  };
  for (const [name, [text, want]] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(read(text), want);
    });
  }
});

describe('a mistake is told with its place:', () => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    'broken YAML': ['kind: A\n---\nkind: "B\n', /^f:\d:\d+ \(document 2\): Missing closing "quote/],
    'broken JSON': ['{ "kind": "A",\n  "spec": { }', /^f:2:\d+ \(document 1\): /],
    'a key that is there twice': ['kind: A\nkind: B\n', /^f:2:1 \(document 1\): Map keys must be unique/],
    'a document without a kind': [
      'a: 1\n---\nreplicas: 2\n',
      /^f:1 \(document 1\): is no Kubernetes object: it has no kind$/,
    ],
    'an item of a List without a kind': ['kind: List\nitems:\n- {}\n', /^f:3 \(document 1\): is no Kubernetes object/],
    'a document that is plain text': ['hello', /^f:1 \(document 1\): expected a Kubernetes object, found plain text$/],
    'a document that is a list': ['- a', /^f:1 \(document 1\): expected a Kubernetes object, found a list$/],
    'aliases that grow without bound': [
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(10)}]\nc: [${'*b,'.repeat(1000)}]\n`,
      /^f:1:\d+ \(document 1\): Excessive alias count/,
    ],
  };
  for (const [name, [text, want]] of Object.entries(cases)) {
    test(name, () => {
      assert.match(read(text)[0] ?? '', want);
    });
  }

  test('without the text around it, which may be a Secret', () => {
    assert.doesNotMatch(read('kind: Secret\ndata: { password: hunter2, x: "y }\n').join('\n'), /hunter2/);
  });
});

describe('the line of a field is that', () => {
  const yaml = `kind: A
metadata:
  name: a
  annotations:
    zalando.org/x: one
    zalando.org/x.y: two
spec:
  rules:
    - host: h1
    - host: h2
      http: &http
        paths:
          - path: /a
    - host: h3
      http: *http
`;
  const cases: Readonly<Record<string, readonly [string, number]>> = {
    'of its key': ['spec.rules[1].host', 10],
    'of an item of a list': ['spec.rules[0]', 9],
    'of a key in brackets': ['metadata.annotations[zalando.org/x]', 5],
    'of the longest key that fits': ['metadata.annotations.zalando.org/x.y', 6],
    'behind an alias': ['spec.rules[2].http.paths[0].path', 13],
    'of what is around it, when it is missing': ['spec.rules[1].http.host', 11],
    'of the list, when the item is missing': ['spec.rules[7]', 8],
    'of the object, when nothing of it is there': ['status.x', 1],
  };
  for (const [name, [field, line]] of Object.entries(cases)) {
    test(name, () => {
      const [manifest] = readManifests({ file: 'f', text: yaml }).manifests;
      assert.equal(manifest?.placeOf(field).line, line);
    });
  }

  test('in JSON as well, and in a List', () => {
    const json = '{"kind":"List","items":[\n{"kind":"A",\n"metadata":{"name":"a"},\n"spec":{}}]}';
    const [manifest] = readManifests({ file: 'f', text: json }).manifests;
    assert.deepEqual([manifest?.placeOf().line, manifest?.placeOf('spec').line], [2, 4]);
  });
});
