/**
 * Gets bytes in protobuf's wire format; gives numbers and texts one after the other.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/. Kubernetes' messages have no groups.
 */

/** The bytes are not what they should be, or end too early. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** A message that is left to be read later. A Buffer of its own would take longer to make than many a message to read. */
export class WirePart {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;

  constructor(bytes: Buffer, from: number, to: number) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }
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
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new WireError('the message ends too early');
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new WireError('a number has no end');
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

  /** Where a field is, for another reader. */
  part(): WirePart {
    const end = this.end();
    const part = new WirePart(this.#bytes, this.#at, end);
    this.#at = end;
    return part;
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
