/** Gets JSON and the message that describes it; gives its bytes in protobuf, as an API server would send it. */
import { ListReader } from './list-reader.ts';
import { Message } from './message.ts';
import type { Field } from './message.ts';

type Json = Readonly<Record<string, unknown>>;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  // A negative number is as long as one of 64 bits.
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A field that holds bytes. */
export function bytesField(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

const numberField = (number: number, value: number) => Buffer.concat([varint(number * 8), varint(value)]);

/** Of each wire type one field that no message has. */
const unknownFields = Buffer.concat([
  bytesField(900, 'unknown'),
  numberField(901, -1),
  varint(902 * 8 + 1),
  Buffer.alloc(8),
  varint(903 * 8 + 5),
  Buffer.alloc(4),
]);

function encodeValue(number: number, { type }: Field, value: unknown): Buffer {
  if (type instanceof Message) return bytesField(number, encode(value as Json, type));
  switch (type) {
    case 'text':
      return bytesField(number, value as string);
    case 'int':
      return numberField(number, value as number);
    case 'boolean':
      return numberField(number, value === true ? 1 : 0);
    case 'intOrString':
      return bytesField(number, encodeIntOrString(value as number | string));
    case 'textMap': {
      const entries = Object.entries(value as Readonly<Record<string, string>>);
      return Buffer.concat(
        entries.map(([key, text]) => bytesField(number, Buffer.concat([bytesField(1, key), bytesField(2, text)]))),
      );
    }
  }
}

function encodeIntOrString(value: number | string): Buffer {
  const [type, int, text] = typeof value === 'string' ? [1, 0, value] : [0, value, ''];
  return Buffer.concat([numberField(1, type), numberField(2, int), bytesField(3, text)]);
}

function encodeField(number: number, field: Field, object: Json): Buffer {
  if (field.isInline === true) return bytesField(number, encode(object, field.type as Message));
  const value = object[field.name];
  const values = field.isList === true ? ((value ?? []) as readonly unknown[]) : [value];
  return Buffer.concat(values.filter((one) => one !== undefined).map((one) => encodeValue(number, field, one)));
}

/** Encodes what `message` describes of `object`, and some fields that it does not. */
function encode(object: Json, { fields }: Message): Buffer {
  const known = fields.map((field, number) => (field === undefined ? Buffer.of() : encodeField(number, field, object)));
  return Buffer.concat([unknownFields, ...known, unknownFields]);
}

/** The same in Kubernetes' envelope. */
export function envelope(object: Json, message: Message): Buffer {
  const type = Buffer.concat([bytesField(1, 'v1'), bytesField(2, 'Kind')]);
  return Buffer.concat([Buffer.from('k8s\0'), bytesField(1, type), bytesField(2, encode(object, message))]);
}

/** The message of a list of those of its items. */
export function listOf(item: Message): Message {
  const metadata = new Message({ 2: { name: 'resourceVersion', type: 'text' }, 3: { name: 'continue', type: 'text' } });
  return new Message({ 1: { name: 'metadata', type: metadata }, 2: { name: 'items', type: item, isList: true } });
}

/** Reads a list that has arrived in one piece. */
export function listIn(bytes: Buffer, item: Message): { readonly metadata: Json; readonly items: readonly unknown[] } {
  const list = new ListReader(item);
  list.push(bytes);
  return list.end() as { metadata: Json; items: unknown[] };
}
