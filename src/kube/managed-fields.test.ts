/** Who owns a field, and decoding. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cursor, DecodeError } from './decode.ts';
import type { KubeObject } from './kube-object.ts';
import { whoOwns } from './managed-fields.ts';
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
