import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import * as fc from '../../../test/support/properties.ts';
import { gzipStream } from './gzip-stream.ts';
import type { DeflatedPart } from './gzip-stream.ts';

function partsOf(texts: readonly Buffer[]): readonly DeflatedPart[] {
  return texts.map((text, at) => {
    const before = Buffer.concat(texts.slice(0, at)).subarray(-32_768);
    const dictionary = before.length > 0 ? { dictionary: before } : {};
    const deflated = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH, ...dictionary });
    return { deflated, crc: crc32(text), length: text.length };
  });
}

const bytes = (text: string) => Buffer.from(text);

const cases: Record<string, readonly Buffer[]> = {
  nothing: [],
  'one text': [bytes('a: * -> <shunt>;')],
  'a text that repeats what is before it': [bytes('a: * -> <shunt>;'), bytes('\na: * -> <shunt>;')],
  'an empty text between two': [bytes('a'), bytes(''), bytes('b')],
  'more than a window': [Buffer.alloc(100_000, 'ab'), Buffer.alloc(70_000, 'ab'), bytes('c')],
};
for (const [name, texts] of Object.entries(cases)) {
  test(`${name} comes out of gunzip as it went in`, () => {
    assert.deepEqual(gunzipSync(gzipStream(partsOf(texts))), Buffer.concat(texts));
  });
}

test('whatever the texts and their borders are, gunzip finds the checksum right', () => {
  const texts = fc.array(fc.uint8Array({ maxLength: 300 }).map((values) => Buffer.from(values)));
  fc.assert(
    fc.property(texts, (all) => {
      assert.deepEqual(gunzipSync(gzipStream(partsOf(all))), Buffer.concat(all));
    }),
  );
});

test('a stream that is cut anywhere is none, also where a part ends', () => {
  const stream = gzipStream(partsOf([bytes('a: * -> <shunt>;'), bytes('\nb: * -> <shunt>;')]));
  for (let length = 1; length < stream.length; length++) {
    assert.throws(() => gunzipSync(stream.subarray(0, length)), { code: 'Z_BUF_ERROR' });
  }
});
