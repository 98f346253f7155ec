import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { hostnameOf, parseGoUrl } from './go-url.ts';

suite("addresses are taken apart as by Go's url.Parse", () => {
  const cases = {
    'http://example.org': { scheme: 'http', host: 'example.org', path: '', query: '' },
    'HTTPS://example.org:8443/a/b?c=d#e': { scheme: 'https', host: 'example.org:8443', path: '/a/b', query: 'c=d' },
    'http://user:word@example.org/': { scheme: 'http', host: 'example.org', path: '/', query: '' },
    'http://[fd00::1]:80': { scheme: 'http', host: '[fd00::1]:80', path: '', query: '' },
    'example.org': { scheme: '', host: '', path: 'example.org', query: '' },
    '/a': { scheme: '', host: '', path: '/a', query: '' },
    '//example.org/a': { scheme: '', host: 'example.org', path: '/a', query: '' },
    'example.org:80': { scheme: 'example.org', host: '', path: '', query: '' },
    'http://example.org?a=b?c': { scheme: 'http', host: 'example.org', path: '', query: 'a=b?c' },
    '': { scheme: '', host: '', path: '', query: '' },
  };
  for (const [address, want] of Object.entries(cases)) {
    test(JSON.stringify(address), () => {
      assert.deepEqual(parseGoUrl(address), want);
    });
  }
});

suite('addresses that Go refuses', () => {
  for (const address of [
    ':80',
    'http://a b',
    'http://a:port',
    '1a:b',
    'http://a/%zz',
    '/%',
    'http://a\u0007',
    'http://[::1',
  ]) {
    test(JSON.stringify(address), () => {
      assert.equal(parseGoUrl(address), undefined);
    });
  }
});

suite('the name of a host', () => {
  for (const [host, want] of [
    ['example.org:80', 'example.org'],
    ['[fd00::1]:80', 'fd00::1'],
    ['[fd00::1]', 'fd00::1'],
    ['example.org:', 'example.org'],
  ] as const) {
    test(`of ${host} is ${want}`, () => {
      assert.equal(hostnameOf({ scheme: '', host, path: '', query: '' }), want);
    });
  }
});

test('no text makes the parser throw or take long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const url = parseGoUrl(text);
      assert.ok(url === undefined || typeof hostnameOf(url) === 'string');
    }),
  );
});
