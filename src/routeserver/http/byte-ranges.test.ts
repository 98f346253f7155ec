import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { Body } from '../snapshot/body.ts';
import { contentRange, multipart, parseRange } from './byte-ranges.ts';

const ranges = (...pairs: readonly (readonly [number, number])[]) => ({
  outcome: 'ranges',
  ranges: pairs.map(([start, length]) => ({ start, length })),
});
const malformed = { outcome: 'refused', reason: 'invalid range', isOutside: false };
const outside = { outcome: 'refused', reason: 'invalid range: failed to overlap', isOutside: true };

const ofTen: Readonly<Record<string, readonly [string, object]>> = {
  'reads first and last byte': ['bytes=2-4', ranges([2, 3])],
  'reads to the end': ['bytes=2-', ranges([2, 8])],
  'reads the last bytes': ['bytes=-3', ranges([7, 3])],
  'gives all there is when more last bytes are wanted': ['bytes=-30', ranges([0, 10])],
  'ends where the body ends': ['bytes=5-99', ranges([5, 5])],
  'reads several': ['bytes=0-0, 4-5 ,-1', ranges([0, 1], [4, 2], [9, 1])],
  'passes over empty parts': ['bytes=,1-1,', ranges([1, 1])],
  'leaves out what begins behind the end': ['bytes=1-1,10-11', ranges([1, 1])],
  'refuses what is wholly behind the end': ['bytes=10-', outside],
  'sends everything when more bytes are wanted than there are': ['bytes=0-9,0-9', ranges()],
  'refuses another unit': ['items=0-1', malformed],
  'refuses an end before the beginning': ['bytes=4-2', malformed],
  'refuses a range without numbers': ['bytes=-', malformed],
  'refuses words': ['bytes=a-b', malformed],
};

for (const [name, [header, want]] of Object.entries(ofTen)) {
  test(name, () => {
    assert.deepEqual(parseRange(header, 10), want);
  });
}

test('names the bytes of a part and their total', () => {
  assert.equal(contentRange({ start: 2, length: 3 }, 10), 'bytes 2-4/10');
});

test('puts several parts between boundaries', () => {
  const parts = multipart(
    new Body([Buffer.from('0123'), Buffer.from('456789')]),
    [
      { start: 0, length: 1 },
      { start: 8, length: 2 },
    ],
    {
      boundary: 'B',
      contentType: 'text/plain',
    },
  );
  const want = [
    '--B\r\nContent-Range: bytes 0-0/10\r\nContent-Type: text/plain\r\n\r\n0',
    '\r\n--B\r\nContent-Range: bytes 8-9/10\r\nContent-Type: text/plain\r\n\r\n89',
    '\r\n--B--\r\n',
  ].join('');
  assert.equal(Buffer.concat(parts).toString(), want);
});

test('never gives bytes that are not there, whatever the header says', () => {
  const part = fc.tuple(fc.option(fc.nat(50)), fc.option(fc.nat(50))).map(([a, b]) => `${a ?? ''}-${b ?? ''}`);
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.nat(40), (parts, size) => {
      const parsed = parseRange(`bytes=${parts.join(',')}`, size);
      if (parsed.outcome === 'refused') return;
      for (const { start, length } of parsed.ranges) {
        assert.ok(start >= 0 && length >= 0 && start + length <= size, JSON.stringify({ parts, size, start, length }));
      }
    }),
  );
});
