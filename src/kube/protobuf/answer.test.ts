/** Protobuf of the API server is read as the JSON that it stands for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { objectOf } from '../../../test/support/protobuf-objects.ts';
import { isProtobuf, readEnvelope } from './answer.ts';
import { bytesField, envelope } from './encode.test-support.ts';
import { messages, statusMessage } from './kinds.ts';
import { Message } from './message.ts';
import { WireError } from './wire.ts';

/** Without the prototypes that fast-check gives some of its objects. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what is read of protobuf', () => {
  for (const [kind, message] of Object.entries({ ...messages, Status: statusMessage })) {
    test(`is what was written of a ${kind}, whatever else is beside it`, () => {
      fc.assert(
        fc.property(objectOf(message), (object) => {
          assert.deepEqual(plain(readEnvelope(envelope(object, message), message)), plain(object));
        }),
      );
    });
  }

  test('is text that is not ASCII, also where it has as many bytes as another text had characters', () => {
    const message = new Message({ 1: { name: 'a', type: 'text' }, 2: { name: 'b', type: 'text' } });
    for (const object of [
      { a: 'ö', b: 'Ã¶' },
      { a: 'straße', b: 'strasse' },
    ]) {
      assert.deepEqual(readEnvelope(envelope(object, message), message), object);
    }
  });

  test('is nothing at all when a byte is missing at the end', () => {
    const spec = { ports: [{ port: 80, targetPort: 'http' }] };
    const object = { metadata: { name: 'web', namespace: 'shop' }, spec };
    const bytes = envelope(object, messages.Service);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => readEnvelope(bytes.subarray(0, length), messages.Service), WireError, `${length} bytes`);
    }
  });

  test('is an error for any bytes that mean nothing, and never another one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const raw = bytesField(2, Buffer.from(bytes));
        try {
          readEnvelope(Buffer.concat([Buffer.from('k8s\0'), raw]), messages.Ingress);
        } catch (error) {
          assert.ok(error instanceof WireError);
        }
      }),
    );
  });
});

test('protobuf is told by its content type', () => {
  assert.ok(isProtobuf('application/vnd.kubernetes.protobuf;charset=utf-8'));
  assert.ok(!isProtobuf('application/json'));
  assert.ok(!isProtobuf(undefined));
});
