import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { Scratch } from './scratch.ts';

const bytesOf = (texts: readonly string[]) => Buffer.concat(texts.map((text) => Buffer.from(text)));

function written(texts: readonly string[]): Scratch {
  const scratch = Scratch.take();
  for (const text of texts) scratch.write(text);
  return scratch;
}

const large = 'x'.repeat(400_000);
const cases: Record<string, readonly string[]> = {
  nothing: [],
  'a text of none': [''],
  'texts of one, two, three and four bytes a character': ['a', 'ä', '€', '😀'],
  'more than there was room for': [large, 'ä', large, '€', large, large],
};
for (const [name, texts] of Object.entries(cases)) {
  test(`${name} stands there as UTF-8`, () => {
    const scratch = written(texts);
    assert.deepEqual(scratch.bytes(0), bytesOf(texts));
    assert.equal(scratch.length, bytesOf(texts).length);
    scratch.giveBack();
  });
}

test('whatever was written, in memory that was used before as in fresh memory', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      const scratch = written(texts);
      assert.deepEqual(scratch.bytes(0), bytesOf(texts));
      scratch.giveBack();
    }),
  );
});

test('what was not given back stays as it is', () => {
  const held = written(['one']);
  const bytes = held.bytes(0);
  const others = Array.from({ length: 10 }, () => written(['other']));
  for (const other of others) other.giveBack();
  written(['another']).giveBack();
  assert.equal(bytes.toString(), 'one');
});

test('a part is given without what stands around it', () => {
  assert.equal(written(['before', 'part', 'behind']).bytes(6, 10).toString(), 'part');
});
