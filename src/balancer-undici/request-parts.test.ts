import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import type { Dispatcher } from 'undici';
import type { KeyRequest } from '../balancer/index.ts';
import { dispatchKey, headerOf, isRepeatable, withHost } from './request-parts.ts';

const origin = 'http://search.example.org:8080';
const get = { origin, path: '/x', method: 'GET' } as const;

const forms: Readonly<Record<string, Dispatcher.DispatchOptions['headers']>> = {
  'an object': { 'X-Key': 'k1', other: ['a', 'b'] },
  'an object with lists': { 'x-KEY': ['k1', 'k2'], other: ['a', 'b'] },
  'a flat list': ['X-Key', 'k1', 'other', 'a'],
  'a map': new Map([
    ['X-Key', 'k1'],
    ['other', 'a'],
  ]),
};
for (const [name, headers = null] of Object.entries(forms)) {
  test(`reads and completes headers in the form of ${name}`, () => {
    assert.equal(headerOf(headers, 'x-key'), 'k1');
    assert.equal(headerOf(headers, 'other'), 'a');
    assert.equal(headerOf(headers, 'missing'), undefined);
    const completed = withHost({ ...get, headers });
    assert.equal(headerOf(completed, 'host'), 'search.example.org:8080');
    assert.equal(headerOf(completed, 'x-key'), 'k1');
    assert.equal(withHost({ ...get, headers: completed ?? null }), completed, 'a Host that is there stays');
  });
}

test('a request without headers gets a Host', () => {
  assert.deepEqual(withHost(get), { host: 'search.example.org:8080' });
  assert.deepEqual(withHost({ ...get, origin: new URL(origin), headers: [] }), ['host', 'search.example.org:8080']);
  assert.equal(withHost({ path: '/', method: 'GET' }), null);
});

test('a key sees the request as Skipper would receive it', () => {
  const seen: KeyRequest[] = [];
  const keyOf = dispatchKey((request) => String(seen.push(request)), '10.0.0.1:1234');
  keyOf({ ...get, query: { a: '1 2', b: ['x', 'y'] }, headers: { Host: 'shop.example.org' } });
  keyOf(get);
  const [first, second] = seen;
  assert.equal(first?.target, '/x?a=1%202&b=x&b=y');
  assert.equal(first.host, 'shop.example.org', 'of the first request still, after the second');
  assert.equal(first.remoteAddress, '10.0.0.1:1234');
  assert.equal(second?.host, 'search.example.org:8080');
});

suite('a key by a template', () => {
  const keyOf = dispatchKey('${request.header.x-a}-${request.header.x-b}', '10.0.0.1:1234');

  test('is that of each request in turn, and the address without the headers', () => {
    assert.equal(keyOf({ ...get, headers: { 'x-a': '1', 'x-b': '2' } }), '1-2');
    assert.equal(keyOf({ ...get, headers: { 'x-b': '4', 'X-A': '3' } }), '3-4');
    assert.equal(keyOf(get), '10.0.0.1');
  });

  test('is not confused by a request that is made while headers are read', () => {
    const headers = {
      get 'x-a'(): string {
        return keyOf({ ...get, headers: { 'x-a': 'inner', 'x-b': '' } }) === '10.0.0.1' ? 'outer' : 'inner';
      },
      'x-b': '2',
    };
    assert.equal(keyOf({ ...get, headers }), 'outer-2');
  });
});

const repeatable: readonly (readonly [Dispatcher.DispatchOptions, boolean])[] = [
  [get, true],
  [{ ...get, method: 'PUT', body: 'x' }, true],
  [{ ...get, method: 'DELETE', body: Buffer.from('x') }, true],
  [{ ...get, method: 'PUT', body: new Uint8Array(3) }, true],
  [{ ...get, method: 'PUT', body: Readable.from(['x']) }, false],
  [{ ...get, method: 'POST', body: 'x' }, false],
  [{ ...get, method: 'POST', body: 'x', idempotent: true }, true],
  [{ ...get, idempotent: false }, false],
  [{ ...get, upgrade: 'websocket' }, false],
];
for (const [options, want] of repeatable) {
  const body = typeof options.body === 'string' ? 'text' : (options.body?.constructor.name ?? 'nothing');
  const name = `${options.method} with ${body}, idempotent ${options.idempotent ?? 'unset'}, upgrade ${options.upgrade ?? 'none'}`;
  test(`${name}: may ${want ? '' : 'not '}be sent twice`, () => {
    assert.equal(isRepeatable(options), want);
  });
}
