import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import createXxhash from 'xxhash-wasm';
import { KeyHasher } from './key-hasher.ts';
import type { KeyEncoding } from './types.ts';

const oracle = await createXxhash();
const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');
const expected = (bytes: Uint8Array): string => oracle.h64Raw(bytes).toString(16).padStart(16, '0');
const utf8 = (key: string): string => expected(new TextEncoder().encode(key));

const hashers = {
  'read by WebAssembly': new KeyHasher('strings'),
  'copied for WebAssembly': new KeyHasher('copies'),
  'without WebAssembly': new KeyHasher('plain'),
};
for (const [how, hasher] of Object.entries(hashers)) {
  const one = (key: string, encoding: KeyEncoding = 'utf8'): string => {
    hasher.hash(key, encoding);
    return hex(hasher.high) + hex(hasher.low);
  };
  const many = (keys: readonly string[], encoding: KeyEncoding = 'utf8'): readonly string[] => {
    const hashes: string[] = [];
    while (hashes.length < keys.length) {
      const count = hasher.hashBatch(keys, hashes.length, encoding);
      const { batch } = hasher;
      for (let i = 0; i < count; i++) hashes.push(hex(batch[2 * i + 1] ?? 0) + hex(batch[2 * i] ?? 0));
    }
    return hashes;
  };

  suite(`a key's hash ${how}`, () => {
    test('is XXH64 for every length from 0 to 200', () => {
      for (let length = 0; length <= 200; length++) {
        const key = Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 7) % 90))).join('');
        assert.equal(one(key), utf8(key), `length ${length}`);
      }
    });

    test('is XXH64 of the UTF-8 of any text, one by one and in a batch', () => {
      const text = fc.string({ unit: 'binary', maxLength: 120 });
      fc.assert(
        fc.property(fc.array(fc.oneof(text, fc.string()), { maxLength: 20 }), (keys) => {
          assert.deepEqual(many(keys), keys.map(utf8));
          assert.deepEqual(
            keys.map((key) => one(key)),
            keys.map(utf8),
          );
        }),
      );
    });

    test('sees halves of a surrogate pair in neighbouring keys as what they are', () => {
      const keys = ['a\ud83d', '\ude00b'];
      assert.deepEqual(many(keys), keys.map(utf8));
    });

    test('is that of the bytes of header values, one by one and in a batch', () => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (values) => {
          const keys = values.map((bytes) => Buffer.from(bytes).toString('latin1'));
          assert.deepEqual(many(keys, 'latin1'), values.map(expected));
          assert.deepEqual(
            keys.map((key) => one(key, 'latin1')),
            values.map(expected),
          );
        }),
      );
    });

    test('is right for more keys, and longer ones, than there is room for at once', () => {
      const lengths = [...new Array<number>(2100).fill(3), 17_749, 1, 17_750, 0, 60_000, 9000, 9000, 5];
      const keys = lengths.map((length, i) => (i % 5 === 0 ? 'ü' : 'k').repeat(length));
      assert.deepEqual(many(keys), keys.map(utf8));
      for (const key of keys.slice(-8)) assert.equal(one(key), utf8(key));
    });

    test('is XXH64 of a text with each number from 0 to 99 after it', () => {
      for (const text of ['http://10.2.0.1:8080-', '', 'ü', 'x'.repeat(17_749)]) {
        hasher.hashNumbered(text);
        const found = Array.from(
          { length: 100 },
          (_, i) => hex(hasher.batch[2 * i + 1] ?? 0) + hex(hasher.batch[2 * i] ?? 0),
        );
        assert.deepEqual(
          found,
          Array.from({ length: 100 }, (_, i) => utf8(`${text}${i}`)),
        );
      }
    });

    test('does not see what an earlier key left behind', () => {
      one('x'.repeat(5000));
      assert.equal(one('a'), 'd24ec4f1a98c6e5b');
      assert.equal(one(''), 'ef46db3751d8e999');
    });
  });
}
