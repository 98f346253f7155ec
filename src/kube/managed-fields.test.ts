/** Who owns a field, and decoding. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cursor, DecodeError } from './decode.ts';
import type { KubeObject } from './kube-object.ts';
import { ownsAllOf, whoOwns } from './managed-fields.ts';
import type { FieldPath } from './managed-fields.ts';

const container = (fields: object): object => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"skipper"}': { '.': {}, ...fields } } } } },
});
const object: KubeObject = {
  metadata: {
    name: 'skipper',
    managedFields: [
      { manager: 'helm', operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsV1: container({ 'f:args': {} }) },
      { manager: 'argocd', operation: 'Apply', time: '2026-01-02T00:00:00Z', fieldsV1: container({ 'f:args': {} }) },
      { manager: 'kubectl', operation: 'Update', fieldsV1: container({ 'f:image': {} }) },
      { manager: 'kcm', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': { 'f:replicas': {} } } },
      { manager: 'atomic', operation: 'Apply', fieldsV1: { 'f:metadata': { 'f:labels': {} } } },
      { manager: 'empty', operation: 'Apply', fieldsV1: {} },
    ],
  },
};
const args: FieldPath = ['spec', 'template', 'spec', 'containers', { name: 'skipper' }, 'args'];

describe('whoOwns', () => {
  const cases: Record<string, { path: FieldPath; managers: string[] }> = {
    'names all owners of a field, newest first': { path: args, managers: ['argocd', 'helm'] },
    'names the owners of parts of a field': { path: args.slice(0, 5), managers: ['argocd', 'helm', 'kubectl'] },
    'names nobody for another item of a keyed list': {
      path: [...args.slice(0, 4), { name: 'x' }, 'args'],
      managers: [],
    },
    'names the owner of an atomic value for what is within it': {
      path: ['metadata', 'labels', 'a'],
      managers: ['atomic'],
    },
    'names nobody for a field that nobody wrote': { path: ['spec', 'paused'], managers: [] },
  };
  for (const [name, { path, managers }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(
        whoOwns(object, path).map(({ manager }) => manager),
        managers,
      );
    });
  }

  test('tells operation, subresource and time', () => {
    const status = { manager: 'kcm', operation: 'Update', subresource: 'status' };
    assert.deepEqual(whoOwns(object, ['status']), [status]);
    const argocd = { manager: 'argocd', operation: 'Apply', time: '2026-01-02T00:00:00Z' };
    assert.deepEqual(whoOwns(object, args)[0], argocd);
  });
});

describe('Cursor', () => {
  const here = new Cursor(
    { spec: { ports: [{ port: 80 }, { port: 'hush' }], on: false, tags: { a: 'b' } } },
    'Service n/a',
  );
  const ports = here.field('spec').field('ports').items();

  test('reads values of each type', () => {
    assert.equal(ports[0]?.field('port').number(), 80);
    assert.equal(here.field('spec').field('on').boolean(), false);
    assert.deepEqual(here.field('spec').field('tags').strings(), { a: 'b' });
    assert.equal(
      here
        .field('nothing')
        .field('deeper')
        .optional((c) => c.string()),
      undefined,
    );
    assert.deepEqual(here.field('nothing').items(), []);
  });

  const mistakes: Record<string, { read: () => unknown; message: string }> = {
    'a wrong type, with the path but without the value': {
      read: () => ports[1]?.field('port').number(),
      message: 'Service n/a: spec.ports[1].port: expected a number, found a value of type string',
    },
    'a missing field': {
      read: () => here.field('spec').field('name').string(),
      message: 'Service n/a: spec.name: expected a string, found nothing',
    },
    'a list in place of an object': {
      read: () => here.field('spec').field('ports').record(),
      message: 'Service n/a: spec.ports: expected an object, found a list',
    },
    'a word that is none of those allowed': {
      read: () => ports[1]?.field('port').oneOf(['TCP', 'UDP']),
      message: 'Service n/a: spec.ports[1].port: expected one of TCP, UDP, found a value of type string',
    },
    'a field that objects inherit': {
      read: () => here.field('constructor').string(),
      message: 'Service n/a: constructor: expected a string, found nothing',
    },
  };
  for (const [name, { read, message }] of Object.entries(mistakes)) {
    test(`names ${name}`, () => {
      assert.throws(read, (error: unknown) => error instanceof DecodeError && error.message === message);
    });
  }
});

describe('ownsAllOf', () => {
  const wanted: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'web', labels: { app: 'web' } },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, name: 'http' }], externalIPs: ['10.0.0.1'] },
    status: {},
  };
  const port = { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:name': {} } };
  const spec = {
    'f:selector': {},
    'f:ports': port,
    'f:externalIPs': { 'v:"10.0.0.1"': {} },
  };
  const fields = { 'f:metadata': { 'f:labels': { 'f:app': {} } }, 'f:spec': spec, 'f:status': {} };
  const entry = { manager: 'me', operation: 'Apply', apiVersion: 'v1', fieldsV1: fields };
  const withSpec = (changed: object) => ({ ...entry, fieldsV1: { ...fields, 'f:spec': { ...spec, ...changed } } });

  const cases: Readonly<Record<string, { entry: object; owns: boolean }>> = {
    'a field, an item of a keyed list, one of a set and an atomic value': { entry, owns: true },
    'and more than what is wanted': { entry: withSpec({ 'f:type': {} }), owns: true },
    'not a label that another has written': {
      entry: { ...entry, fieldsV1: { ...fields, 'f:metadata': { 'f:labels': { 'f:other': {} } } } },
      owns: false,
    },
    'not an atomic value that another has written': { entry: withSpec({ 'f:selector': undefined }), owns: false },
    'not a field of an item that another has written': {
      entry: withSpec({ 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } }),
      owns: false,
    },
    'not another item of the list': {
      entry: withSpec({ 'f:ports': { 'k:{"port":81,"protocol":"TCP"}': { 'f:port': {}, 'f:name': {} } } }),
      owns: false,
    },
    'not another one of a set': { entry: withSpec({ 'f:externalIPs': { 'v:"10.0.0.2"': {} } }), owns: false },
    'not what was written without applying it': { entry: { ...entry, operation: 'Update' }, owns: false },
    'not what was applied to a subresource': { entry: { ...entry, subresource: 'status' }, owns: false },
    'not by the paths of another version': { entry: { ...entry, apiVersion: 'v2' }, owns: false },
    'not by what another manager applied': { entry: { ...entry, manager: 'other' }, owns: false },
    'not by an entry without fields': { entry: { ...entry, fieldsV1: {} }, owns: false },
    'not by an entry whose key cannot be read': { entry: withSpec({ 'f:ports': { 'k:{': port } }), owns: false },
  };
  for (const [name, { entry: managed, owns }] of Object.entries(cases)) {
    test(name, () => {
      const there = { ...wanted, metadata: { ...wanted.metadata, managedFields: [managed] } };
      assert.equal(ownsAllOf(there, 'me', wanted), owns);
    });
  }

  test('nothing of an object that nobody owns', () => {
    assert.equal(ownsAllOf(wanted, 'me', wanted), false);
  });
});
