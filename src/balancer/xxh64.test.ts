import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import createXxhash from 'xxhash-wasm';
import type { KeyEncoding } from './types.ts';
import { Xxh64 } from './xxh64.ts';

const oracle = await createXxhash();
const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');

function hashOf(key: string, encoding: KeyEncoding = 'utf8'): string {
  const hasher = new Xxh64();
  hasher.hash(key, encoding);
  return hex(hasher.high) + hex(hasher.low);
}
const expected = (bytes: Uint8Array): string => oracle.h64Raw(bytes).toString(16).padStart(16, '0');

suite('XXH64', () => {
  const published = {
    '': 'ef46db3751d8e999',
    a: 'd24ec4f1a98c6e5b',
    '192.168.0.1': '87f49df2f9f76384',
    'ÄÖ-ü€😀': 'be1e478bba800f46',
  };
  for (const [key, want] of Object.entries(published)) {
    test(`of "${key}" is ${want}`, () => {
      assert.equal(hashOf(key), want);
    });
  }

  test('agrees with xxhash-wasm on every length from 0 to 200', () => {
    for (let length = 0; length <= 200; length++) {
      const key = Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 7) % 90))).join('');
      assert.equal(hashOf(key), expected(Buffer.from(key)), `length ${length}`);
    }
  });

  test('agrees with xxhash-wasm on any text, half surrogate pairs included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (key) => {
        assert.equal(hashOf(key), expected(new TextEncoder().encode(key)));
      }),
    );
    for (const key of ['\ud800', 'a\udc00b', '\ud800\ud800\udc00', 'x\udbff'])
      assert.equal(hashOf(key), expected(new TextEncoder().encode(key)));
  });

  test('takes one byte per character of a header value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        assert.equal(hashOf(Buffer.from(bytes).toString('latin1'), 'latin1'), expected(bytes));
      }),
    );
  });

  test('does not see what an earlier key left behind', () => {
    const hasher = new Xxh64();
    hasher.hash('x'.repeat(5000));
    hasher.hash('a');
    assert.equal(hex(hasher.high) + hex(hasher.low), published.a);
  });
});
