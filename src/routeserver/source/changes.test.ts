/** What a source hands on: everything once, then what has changed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DecodeProblem, Service } from '../../api/index.ts';
import { ChangeLog, type SourceObject } from './changes.ts';

const service = (name: string): Service => ({ namespace: 'shop', name, type: '', externalName: '', ports: [] });
const object = { kind: 'Service', namespace: 'shop', name: 'a' };
const problem: DecodeProblem = { decodeProblem: true, object, field: 'spec', message: 'is no object' };

describe('ChangeLog', () => {
  test('gives everything once, by kind, and then only what came after it', () => {
    const log = new ChangeLog(['ingresses', 'services']);
    const stores = new Map([['services' as const, new Map<string, SourceObject>([['shop/a', service('a')]])]]);
    const whole = log.takeAll((kind) => (kind === 'services' ? stores.get(kind) : undefined));
    assert.deepEqual(whole, {
      isWhole: true,
      kinds: ['ingresses', 'services'],
      objects: [{ kind: 'services', key: 'shop/a', object: service('a') }],
      undecodable: [],
    });
    log.set('services', 'shop/a', undefined);
    const after = log.take();
    assert.deepEqual([after.isWhole, after.objects], [false, [{ kind: 'services', key: 'shop/a', object: undefined }]]);
  });

  test('gives everything instead of what was collected before', () => {
    const log = new ChangeLog(['services']);
    log.set('services', 'shop/gone', service('gone'));
    assert.deepEqual(log.takeAll(() => undefined).objects, []);
    assert.deepEqual(log.take().objects, []);
  });

  test('gives what cannot be decoded as none, and remembers why until it can', () => {
    const log = new ChangeLog(['services']);
    const whole = log.takeAll(() => new Map<string, SourceObject>([['shop/a', problem]]));
    assert.deepEqual(whole.objects, [{ kind: 'services', key: 'shop/a', object: undefined }]);
    assert.deepEqual([whole.undecodable, log.take().undecodable], [[problem], [problem]]);
    log.set('services', 'shop/a', service('a'));
    assert.deepEqual(log.take().undecodable, []);
  });
});
