import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { RouteServerConfig } from '../api/index.ts';
import type { KubeObject } from '../kube/index.ts';
import { Store } from '../kube/store.ts';
import { aConfig, aDeployment, namespace } from './builder.test-support.ts';
import { ConfigBook, fleetOf } from './config-book.ts';
import { decodeDeployment, type SeenDeployment } from './decode.ts';

const fail = (error: unknown): never => {
  throw error;
};
const errors: unknown[] = [];
let store: Store<KubeObject>;
let book: ConfigBook;
let world: { deployments: () => Store<SeenDeployment> };

function put(name: string, fleet: string, version = '1'): void {
  const { metadata, ...rest } = aConfig({ skipper: { deploymentRef: { name: fleet } } }, { name, uid: name });
  const object = { ...rest, metadata: { ...metadata, resourceVersion: version } } as unknown as KubeObject;
  store.set(`${namespace}/${name}`, { object, resourceVersion: version, uid: name });
}
const names = (configs: readonly RouteServerConfig[]): readonly string[] =>
  configs.map(({ metadata }) => metadata.name);

beforeEach(() => {
  store = new Store(fail);
  errors.length = 0;
  book = new ConfigBook(store, { error: (context: unknown) => void errors.push(context) });
  const deployments = new Store<SeenDeployment>(fail);
  const labels = { application: 'skipper-a' };
  const spec = { template: { metadata: { labels }, spec: { containers: [{ name: 'skipper' }] } } };
  const deployment = aDeployment({ metadata: { name: 'skipper-a', namespace }, spec });
  deployments.set(`${namespace}/skipper-a`, {
    object: decodeDeployment(deployment),
    resourceVersion: '1',
    uid: 'skipper-a',
  });
  world = { deployments: () => deployments };
  put('a', 'skipper-a');
  put('b', 'skipper-b');
});

describe('a change wakes', () => {
  const wakes = {
    'the config that it is about': { change: { concerns: ['config kube-system/a'] }, want: ['a'] },
    'whoever names the Deployment': { change: { concerns: ['fleet kube-system/skipper-b'] }, want: ['b'] },
    'nobody, when it is of a config that is not there': { change: { concerns: ['config kube-system/c'] }, want: [] },
    'the config whose fleet a Service finds': {
      change: { namespace, services: [{ application: 'skipper-a' }] },
      want: ['a'],
    },
    'nobody, when a Service finds others': { change: { namespace, services: [{ application: 'web' }] }, want: [] },
    'nobody, when the Service is in another namespace': {
      change: { namespace: 'shop', services: [{ application: 'skipper-a' }] },
      want: [],
    },
  } as const;
  for (const [name, { change, want }] of Object.entries(wakes)) {
    test(name, () => {
      assert.deepEqual(names(book.concernedBy(change, world)), want);
    });
  }
});

test('a config that names another Deployment is found by that one only', () => {
  put('a', 'skipper-b', '2');
  assert.deepEqual(names(book.ofFleet('fleet kube-system/skipper-a')), []);
  assert.deepEqual(names(book.ofFleet('fleet kube-system/skipper-b')), ['a', 'b']);
});

test('a config that is gone is found no more, nor is its namespace', () => {
  for (const name of ['a', 'b']) store.delete(`${namespace}/${name}`);
  assert.equal(book.get(`${namespace}/a`), undefined);
  assert.equal(fleetOf(book.get(`${namespace}/a`)), undefined);
  assert.deepEqual([...book.namespaces()], []);
});

test('a config that cannot be read is left alone, and said once', () => {
  const object = { metadata: { name: 'c', namespace }, spec: { mode: 7 } };
  store.set(`${namespace}/c`, { object, resourceVersion: '1', uid: 'c' });
  assert.equal(book.get(`${namespace}/c`), undefined);
  assert.equal(book.get(`${namespace}/c`), undefined);
  assert.equal(errors.length, 1);
});
