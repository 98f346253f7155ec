import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { deflate, windowBytes } from './deflate.ts';

const line = (at: number) => `r${at}: Path("/${at}") -> "http://10.0.0.${at % 256}";\n`;
const text = (lines: number) => Buffer.from(Array.from({ length: lines }, (_, at) => line(at)).join(''));
const nothing = Buffer.alloc(0);

const cases: Record<string, readonly [text: Buffer, before: Buffer]> = {
  nothing: [nothing, nothing],
  'a text': [text(1_000), nothing],
  'a text behind another': [text(1_000), text(500).subarray(-windowBytes)],
  'what cannot be made smaller, in several parts': [randomBytes(200_000), randomBytes(windowBytes)],
};
for (const [name, [bytes, before]] of Object.entries(cases)) {
  test(`${name} is compressed to the same bytes as by zlib in one go, and comes out again`, async () => {
    const deflated = await deflate(bytes, before);
    const dictionary = before.length === 0 ? {} : { dictionary: before };
    const settings = { level: 7, finishFlush: constants.Z_SYNC_FLUSH, ...dictionary };
    assert.deepEqual(deflated, deflateRawSync(bytes, settings));
    assert.deepEqual(inflateRawSync(deflated, settings), bytes);
  });
}
