/** Lists in protobuf are read however they arrive. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { objectOf } from '../../../test/support/protobuf-objects.ts';
import { bytesField, envelope, listIn, listOf } from './encode.test-support.ts';
import { messages } from './kinds.ts';
import { ListReader } from './list-reader.ts';
import type { Message } from './message.ts';
import { WireError } from './wire.ts';

/** Without the prototypes that fast-check gives some of its objects. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const mark = Buffer.from('k8s\0');
const web = bytesField(1, bytesField(1, 'web'));
/** A list of items that are encoded already, and of nothing else. */
const listOfBytes = (...items: readonly Buffer[]) =>
  Buffer.concat([mark, bytesField(2, Buffer.concat(items.map((item) => bytesField(2, item))))]);

const metadata = { resourceVersion: '12', continue: 'token' };
const services = (names: readonly string[]) => names.map((name) => ({ metadata: { name } }));

/** Reads what arrives in pieces of `sizes`, again from the first when all were used. */
function inPieces(bytes: Buffer, sizes: readonly number[], item: Message): unknown {
  const list = new ListReader(item);
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const to = at + (sizes[piece % sizes.length] ?? bytes.length);
    list.push(bytes.subarray(at, to));
    at = to;
  }
  return list.end();
}

describe('a list', () => {
  const item = messages.Service;
  const encoded = (items: readonly object[]) => envelope({ metadata, items }, listOf(item));

  for (const [kind, message] of Object.entries(messages)) {
    test(`of ${kind} is what was written, in its order, wherever it was cut`, () => {
      const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });
      fc.assert(
        fc.property(fc.array(objectOf(message), { maxLength: 4 }), sizes, (items, cuts) => {
          const bytes = envelope({ metadata, items }, listOf(message));
          assert.deepEqual(plain(inPieces(bytes, cuts, message)), plain({ metadata, items }));
        }),
      );
    });
  }

  test('has items that are longer than what arrives at a time', () => {
    const items = services(['a'.repeat(300), 'b'.repeat(70_000), 'c']);
    for (const size of [1, 255, 4_096, 65_536]) {
      assert.deepEqual(inPieces(encoded(items), [size], item), { metadata, items }, `${size} bytes at a time`);
    }
  });

  test('is empty, and has no metadata, when that is what it says', () => {
    assert.deepEqual(inPieces(listOfBytes(), [1], item), { metadata: {}, items: [] });
  });

  test('is read while it arrives', () => {
    let read = 0;
    const counted = item.readBy(() => {
      read += 1;
      return undefined;
    });
    const bytes = listOfBytes(web, web);
    const list = new ListReader(counted);
    list.push(bytes.subarray(0, -1));
    assert.equal(read, 1);
    list.push(bytes.subarray(-1));
    assert.equal(read, 2);
    assert.deepEqual(list.end()['items'], services(['web', 'web']));
  });

  test('gives items as they arrive, and each of them once', () => {
    const bytes = listOfBytes(web, web, web);
    const list = new ListReader(item);
    const last = web.length + 2;
    list.push(bytes.subarray(0, -last));
    assert.deepEqual([list.ready, list.take(), list.ready, list.take()], [2, services(['web', 'web']), 0, []]);
    list.push(bytes.subarray(-last));
    assert.deepEqual(list.end(), { metadata: {}, items: services(['web']) });
  });

  test('is none while it is not all there', () => {
    const bytes = encoded(services(['web', 'api']));
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => listIn(bytes.subarray(0, length), item), WireError, `${length} bytes`);
    }
  });

  const wrong: Readonly<Record<string, Buffer>> = {
    'an item that goes on into the next one': listOfBytes(Buffer.from([...web].with(1, web.length)), web),
    'an item that is longer than the list': Buffer.from([...mark, 0x12, 3, 0x12, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    'an item of a length below zero': Buffer.from([...mark, 0x12, 20, 0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    'a list of a length below zero': Buffer.from([...mark, 0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    'a number without an end': Buffer.from([...mark, 0x12, 30, ...Array.from({ length: 12 }, () => 0x80)]),
    'an item that is a number': Buffer.from([...mark, 0x12, 2, 0x10, 1]),
    'metadata that is a number': Buffer.from([...mark, 0x12, 2, 0x08, 1]),
    'a list that is a number': Buffer.from([...mark, 0x10, 1, 0x12, 0]),
    'a group': Buffer.from([...mark, 0x12, 2, 0x0b, 0]),
    'another mark': Buffer.from('k8t\0'),
    'an envelope with nothing in it': mark,
  };
  for (const [name, bytes] of Object.entries(wrong)) {
    test(`is refused for ${name}, however it arrives`, () => {
      for (const size of [1, 3, bytes.length]) assert.throws(() => inPieces(bytes, [size], item), WireError);
    });
  }

  test('is an error for any bytes that mean nothing, and never another one', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), sizes, (bytes, cuts) => {
        try {
          inPieces(Buffer.concat([mark, bytesField(2, Buffer.from(bytes))]), cuts, item);
        } catch (error) {
          assert.ok(error instanceof WireError);
        }
      }),
    );
  });
});
