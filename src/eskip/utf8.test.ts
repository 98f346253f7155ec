import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { compareLikeGo, trimLikeGo } from './utf8.ts';

const bytesOf = new TextEncoder();

describe('trimLikeGo', () => {
  const cases: Record<string, readonly [text: string, trimmed: string]> = {
    'ASCII blanks': [' \t\n\v\f\ra b\r\f\v\n\t ', 'a b'],
    'blanks beyond ASCII': ['\u0085\u00a0\u1680\u2003a\u2028\u2029\u202f\u205f\u3000', 'a'],
    'blanks alone': [' \u00a0\n', ''],
    'no byte order mark': ['\ufeffa\ufeff', '\ufeffa\ufeff'],
    'nothing of an empty text': ['', ''],
  };
  for (const [name, [text, trimmed]] of Object.entries(cases)) {
    test(`takes off ${name}`, () => {
      assert.equal(trimLikeGo(text), trimmed);
    });
  }
});

describe('compareLikeGo', () => {
  test('orders texts by their UTF-8 bytes', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1F600}'),
    });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const byBytes = Buffer.compare(bytesOf.encode(left), bytesOf.encode(right));
        assert.equal(Math.sign(compareLikeGo(left, right)), byBytes);
      }),
    );
  });
});
