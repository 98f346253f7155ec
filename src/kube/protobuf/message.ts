/**
 * Gets descriptions of messages; gives what a message says in the shape that its JSON has, of the fields described only.
 */
import type { KubeObject } from '../kube-object.ts';
import { WireError } from './wire.ts';
import type { WireReader } from './wire.ts';

/** What a field holds. `textMap` is a map of texts by texts. */
type FieldType = 'text' | 'int' | 'boolean' | 'intOrString' | 'textMap' | Message;

/** A field as it is called in JSON. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly isList?: boolean;
  /** Its fields stand among those of the outer message in JSON. */
  readonly isInline?: boolean;
}

/** Reads a message that ends at `end` in a way of its own; undefined leaves it to the description. */
export type QuickReader = (wire: WireReader, end: number) => KubeObject | undefined;

/** Fields by their numbers. What is not among them is skipped, which is most of what the API server sends. */
export class Message {
  readonly fields: readonly (Field | undefined)[];
  /** Tried first. */
  readonly quick: QuickReader | undefined;

  constructor(fields: Readonly<Record<number, Field | undefined>>, quick?: QuickReader) {
    const last = Math.max(0, ...Object.keys(fields).map(Number));
    this.fields = Array.from({ length: last + 1 }, (_, number) => fields[number]);
    this.quick = quick;
  }

  /** The same message, which `quick` reads where it can. */
  readBy(quick: QuickReader): Message {
    return new Message(Object.fromEntries(this.fields.entries()), quick);
  }
}

type Json = Record<string, unknown>;

/** Reads a message that ends at `end`. Throws a WireError when its bytes say something else. */
export function readMessage(reader: WireReader, end: number, message: Message, object: Json = {}): Json {
  while (reader.at < end) {
    const tag = reader.int32();
    const field = message.fields[tag >>> 3];
    if (field === undefined) {
      reader.skip(tag);
      continue;
    }
    if ((tag & 7) !== wireTypeOf(field.type)) throw new WireError(`${field.name} has an unexpected wire type`);
    readField(reader, field, object);
  }
  if (reader.at !== end) throw new WireError('a message is longer than it says');
  return object;
}

function wireTypeOf(type: FieldType): number {
  return type === 'int' || type === 'boolean' ? 0 : 2;
}

function readField(reader: WireReader, { name, type, isList, isInline }: Field, object: Json): void {
  if (type === 'textMap') readEntry(reader, (object[name] ??= {}) as Json);
  else if (isInline === true && type instanceof Message) readMessage(reader, reader.end(), type, object);
  else if (isList === true) ((object[name] ??= []) as unknown[]).push(readValue(reader, type));
  else object[name] = readValue(reader, type);
}

function readValue(reader: WireReader, type: Exclude<FieldType, 'textMap'>): unknown {
  switch (type) {
    case 'text':
      return reader.text();
    case 'int':
      return reader.int32();
    case 'boolean':
      return reader.int32() !== 0;
    case 'intOrString':
      return readIntOrString(reader);
    default:
      return readWhole(reader, reader.end(), type);
  }
}

/** Reads a message that ends at `end`, quickly where that can be. Throws a WireError when its bytes say something else. */
export function readWhole(reader: WireReader, end: number, message: Message): unknown {
  const { at } = reader;
  const read = message.quick?.(reader, end);
  if (read !== undefined) return read;
  reader.backTo(at);
  return readMessage(reader, end, message);
}

/** An entry of a map is a message; what it leaves out is empty. */
const entry = new Message({ 1: { name: 'key', type: 'text' }, 2: { name: 'value', type: 'text' } });

function readEntry(reader: WireReader, map: Json): void {
  const { key = '', value = '' } = readMessage(reader, reader.end(), entry) as { key?: string; value?: string };
  map[key] = value;
}

/** Kubernetes' IntOrString: `type` 1 says that it is the string. */
const intOrString = new Message({
  1: { name: 'type', type: 'int' },
  2: { name: 'number', type: 'int' },
  3: { name: 'text', type: 'text' },
});

/** Reads one. Throws a WireError when its bytes say something else. */
export function readIntOrString(reader: WireReader): number | string {
  const read = readMessage(reader, reader.end(), intOrString) as { type?: number; number?: number; text?: string };
  return read.type === 1 ? (read.text ?? '') : (read.number ?? 0);
}
