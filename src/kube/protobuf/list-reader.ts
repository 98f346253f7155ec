/**
 * Gets a list in protobuf piece by piece, as it arrives; gives it as its JSON would be.
 *
 * An API server sends a large list while it still encodes the rest of it, so that most of the list is read by the time its
 * last byte is here. Bytes that were read are not kept.
 */
import { mark, texts } from './answer.ts';
import { Message, readMessage, readWhole } from './message.ts';
import { fieldEnd, varintEnd, WireError, WireReader } from './wire.ts';

type Json = Record<string, unknown>;

/** Tags, which are the number of a field and its wire type: `raw` of the envelope, and those of every list of Kubernetes. */
const tags = { raw: 2 * 8 + 2, metadata: 1 * 8 + 2, items: 2 * 8 + 2 } as const;
const listMetadata = new Message({
  2: { name: 'resourceVersion', type: 'text' },
  3: { name: 'continue', type: 'text' },
});

/** Reads one list. Throws a WireError when its bytes say something else. */
export class ListReader {
  readonly #item: Message;
  #items: unknown[] = [];
  readonly #metadata: Json = {};
  /** Bytes that have arrived and wait for those behind them, and how many they need to be of use. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #neededBytes = mark.length;
  #isMarked = false;
  /** Bytes of the list that are not read yet; undefined before it begins. */
  #left: number | undefined;

  /** @param item what is read of each item */
  constructor(item: Message) {
    this.#item = item;
  }

  /** Takes the next bytes, which must stay as they are. */
  push(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes < this.#neededBytes) return;
    const bytes = this.#waiting.length === 1 ? chunk : Buffer.concat(this.#waiting);
    const rest = bytes.subarray(this.#read(bytes));
    this.#waiting = rest.length === 0 ? [] : [rest];
    this.#waitingBytes = rest.length;
  }

  /** How many items are there to be taken. */
  get ready(): number {
    return this.#items.length;
  }

  /** Gives the items that have arrived and were not taken before. */
  take(): readonly unknown[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Gives the list when nothing more comes, with the items that were not taken. */
  end(): Json {
    if (!this.#isMarked) throw new WireError('the envelope of Kubernetes is missing');
    // No list is so empty that it has no version.
    if (this.#left === undefined) throw new WireError('there is nothing in the envelope');
    if (this.#left > 0 || this.#waitingBytes > 0) throw new WireError('the list ends too early');
    return { metadata: this.#metadata, items: this.#items };
  }

  /** Reads what is there whole; gives where the rest begins. */
  #read(bytes: Buffer): number {
    const reader = new WireReader(bytes, texts, this.#isMarked ? 0 : readMark(bytes));
    this.#isMarked = true;
    while (this.#readField(bytes, reader));
    return reader.at;
  }

  /** Reads one field, if it is there whole; tells whether it was. */
  #readField(bytes: Buffer, reader: WireReader): boolean {
    const { at } = reader;
    const isInList = this.#left !== undefined && this.#left > 0;
    // Of the field that the list is only the length need be there.
    const end = !isInList && bytes[at] === tags.raw ? varintEnd(bytes, at + 1) : fieldEnd(bytes, at);
    if (end === undefined || end > bytes.length) {
      this.#neededBytes = (end ?? bytes.length + 1) - at;
      return false;
    }
    if (isInList) this.#readListField(reader, end);
    else this.#readEnvelopeField(reader);
    return true;
  }

  #readEnvelopeField(reader: WireReader): void {
    const tag = reader.int32();
    if (tag === tags.raw) this.#left = reader.int32();
    else skipUnknown(reader, tag, [tags.raw]);
    if (this.#left !== undefined && this.#left < 0) throw new WireError('the list has no length');
  }

  #readListField(reader: WireReader, end: number): void {
    this.#left = (this.#left ?? 0) - (end - reader.at);
    if (this.#left < 0) throw new WireError('a field is longer than its message');
    const tag = reader.int32();
    if (tag === tags.metadata) readMessage(reader, reader.end(), listMetadata, this.#metadata);
    else if (tag === tags.items) this.#items.push(readWhole(reader, reader.end(), this.#item));
    else skipUnknown(reader, tag, [tags.metadata, tags.items]);
  }
}

/** Goes past a field that nobody here knows; a known one with another wire type is none. */
function skipUnknown(reader: WireReader, tag: number, known: readonly number[]): void {
  if (known.some((other) => other >>> 3 === tag >>> 3)) throw new WireError('a field has an unexpected wire type');
  reader.skip(tag);
}

function readMark(bytes: Buffer): number {
  if (!bytes.subarray(0, mark.length).equals(mark)) throw new WireError('the envelope of Kubernetes is missing');
  return mark.length;
}
