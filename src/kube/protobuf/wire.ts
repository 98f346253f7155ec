/**
 * Gets bytes in protobuf's wire format; gives numbers and texts one after the other.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/. Kubernetes' messages have no groups.
 */

/** The bytes are not what they should be, or end too early. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** The lower three bits of a tag. */
const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Reads on from where it stands. */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #texts: KnownTexts;
  #at: number;

  constructor(bytes: Buffer, texts: KnownTexts, at = 0) {
    this.#bytes = bytes;
    this.#texts = texts;
    this.#at = at;
  }

  /** Where the next byte is. */
  get at(): number {
    return this.#at;
  }

  /** A number of 32 bits; higher ones, which a negative number has, are dropped as Go does. Tags are such numbers. */
  int32(): number {
    const first = this.#bytes[this.#at];
    // Nearly every tag and length is one byte.
    if (first !== undefined && first < 0x80) {
      this.#at += 1;
      return first;
    }
    return this.#longInt32();
  }

  #longInt32(): number {
    const from = this.#at;
    const end = varintEnd(this.#bytes, from);
    if (end === undefined) throw new WireError('the message ends too early');
    this.#at = end;
    return int32At(this.#bytes, from, end);
  }

  /** Reads a length; gives where what follows ends. */
  end(): number {
    const length = this.int32();
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw new WireError('a field is longer than its message');
    return end;
  }

  /** Whether something is left of a message that ends at `end`. */
  isBefore(end: number): boolean {
    if (this.#at > end) throw new WireError('a message is longer than it says');
    return this.#at < end;
  }

  /** Takes back what was read since `at`. */
  backTo(at: number): void {
    this.#at = at;
  }

  /** A text that is in no other place: there is no use in looking for it among those that are known. */
  uniqueText(): string {
    const end = this.end();
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }

  text(): string {
    const end = this.end();
    const text = this.#texts.read(this.#bytes, this.#at, end);
    this.#at = end;
    return text;
  }

  /** Goes past the field with that tag. */
  skip(tag: number): void {
    switch (tag & 7) {
      case wireType.varint:
        this.int32();
        return;
      case wireType.fixed64:
        this.#at += 8;
        return;
      case wireType.bytes:
        this.#at = this.end();
        return;
      case wireType.fixed32:
        this.#at += 4;
        return;
      default:
        throw new WireError(`there is no wire type ${tag & 7}`);
    }
  }
}

/** Most bytes that a number has. */
const longestVarint = 10;

/** Where the number at `at` ends; undefined where its end is not there yet. */
export function varintEnd(bytes: Buffer, at: number): number | undefined {
  for (let last = at; last < bytes.length; last++) {
    if (last - at >= longestVarint) throw new WireError('a number has no end');
    if ((bytes[last] ?? 0) < 0x80) return last + 1;
  }
  return undefined;
}

/** Where the field at `at` ends, perhaps behind the bytes that are there; undefined where they do not tell that yet. */
export function fieldEnd(bytes: Buffer, at: number): number | undefined {
  const behindTag = varintEnd(bytes, at);
  if (behindTag === undefined) return undefined;
  const type = (bytes[at] ?? 0) & 7;
  if (type === wireType.fixed64) return behindTag + 8;
  if (type === wireType.fixed32) return behindTag + 4;
  const behindNumber = varintEnd(bytes, behindTag);
  if (type !== wireType.bytes || behindNumber === undefined) return behindNumber;
  const length = int32At(bytes, behindTag, behindNumber);
  if (length < 0) throw new WireError('a field is longer than its message');
  return behindNumber + length;
}

function int32At(bytes: Buffer, from: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= from; at--) value = (value << 7) | ((bytes[at] ?? 0) & 0x7f);
  return value;
}

/** A power of two. */
const slots = 4_096;
const longest = 48;

/** Keeps short texts: namespaces, zones and names of ports come again and again, and are then one string in memory. */
export class KnownTexts {
  readonly #texts: string[] = Array.from({ length: slots }, () => '');

  /** The text from `from` to `to`; a string that was made before, where it is still known. */
  read(bytes: Buffer, from: number, to: number): string {
    if (to - from > longest) return bytes.toString('utf8', from, to);
    // FNV-1a, as good as any for so few bytes.
    let hash = 0x811c9dc5;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    const known = this.#texts[slot] ?? '';
    if (isText(known, bytes, from, to)) return known;
    const text = bytes.toString('utf8', from, to);
    this.#texts[slot] = text;
    return text;
  }
}

/** Never so for what is not ASCII: it has another number of bytes than of characters, or other values. */
function isText(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || byte !== text.charCodeAt(at - from)) return false;
  }
  return true;
}
