import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Chunk } from './chunk.ts';
import { gzipStream } from './gzip-stream.ts';

/** Hardly compressible, so that what a dictionary gives can be told. */
const noise = (seed: number) =>
  Array.from({ length: 16 }, (_, at) => Math.imul(seed * 16 + at + 1, 0x9e3779b1).toString(36)).join('');
const route = (at: number) => `r_${String(at).padStart(5, '0')}: Path("/${noise(at)}") -> <shunt>;`;
const inZone = (at: number) =>
  `r_${String(at).padStart(5, '0')}: * -> <roundRobin, "http://10.0.0.1?zone=x", "http://10.0.0.2?zone=x", ` +
  `"http://10.0.0.3?zone=x", "http://10.0.0.4?zone=y">;`;

/** Ids from `from` on, so many that a window holds fewer. */
const count = 600;
function chunkOf(from: number, text: (at: number) => string = route): Chunk {
  const ats = Array.from({ length: count }, (_, at) => from + at);
  return new Chunk(ats.map((at) => ({ id: `r_${String(at).padStart(5, '0')}`, text: text(at), count: 1 })));
}
const changedAt = (changed: number) => chunkOf(0, (at) => (at === changed ? `${route(at)} // changed` : route(at)));

async function unpacked(...chunks: readonly Chunk[]): Promise<string> {
  const rendered = await Promise.all(chunks.map((chunk, at) => chunk.render(chunks[at - 1])));
  return gunzipSync(gzipStream(rendered)).toString();
}

test('what is before a chunk need not be sent once more in it', async () => {
  // The window holds all of it.
  const [before, same] = [new Chunk(chunkOf(0).lines.slice(-100)), new Chunk(chunkOf(0).lines.slice(-100))];
  const alone = await same.render(new Chunk([]));
  const behind = await same.render(before);
  assert.ok(behind.deflated.length < 0.1 * alone.deflated.length, `${behind.deflated.length} bytes`);
  assert.deepEqual(behind.digest, alone.digest);
});

test('a chunk stays compressed when the one before it changes out of its reach', () => {
  const [before, chunk] = [chunkOf(0), chunkOf(count)];
  const rendered = chunk.render(before);
  assert.equal(chunk.render(chunkOf(0)), rendered);
  assert.equal(chunk.render(changedAt(0)), rendered);
});

test('a chunk is compressed again when the end of the one before it changes', async () => {
  const [before, changed, chunk] = [chunkOf(0), changedAt(count - 1), chunkOf(count)];
  const whole = await unpacked(before, chunk);
  assert.equal((await unpacked(changed, chunk)).replace(' // changed', ''), whole);
  assert.equal(await unpacked(before, chunk), whole);
});

test('a table for a zone leaves the whole one compressed as it was', async () => {
  const [before, chunk] = [chunkOf(0, inZone), chunkOf(count)];
  const whole = chunk.render(before);
  const zoned = chunk.render(before, 'x');
  assert.notEqual(zoned, whole);
  assert.equal(chunk.render(before), whole);
  assert.equal(chunk.render(before, 'x'), zoned);
  const text = gunzipSync(gzipStream([await before.render(undefined, 'x'), await zoned])).toString();
  assert.equal(text.split('\n').length, 2 * count);
  assert.doesNotMatch(text, /zone=y/);
});

test('the first chunk of a table begins without a line break, also when it was not the first before', async () => {
  const [before, chunk] = [chunkOf(0), chunkOf(count)];
  const both = await unpacked(before, chunk);
  assert.equal(await unpacked(chunk), both.split('\n').slice(count).join('\n'));
});

test('chunks that are compressed at a time do not get into each other', async () => {
  const chunks = Array.from({ length: 12 }, (_, at) => chunkOf(at * count));
  const texts = chunks.map(({ lines }) => lines.map(({ text }) => text).join('\n'));
  assert.equal(await unpacked(...chunks), texts.join('\n'));
});
