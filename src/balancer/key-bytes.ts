/** Writes keys into a buffer that is used again: gets strings, gives where their bytes end. No garbage per key. */
import type { KeyEncoding } from './types.ts';

const replacement = 0xfffd;

/** The most bytes that a key of this many UTF-16 units can take. */
export const mostBytes = (units: number): number => units * 3;

export class KeyBytes {
  readonly bytes: Uint8Array;
  #end = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /**
   * Writes `key` from `at` on and gives the first place after it; there must be room for `mostBytes` of it. Half a
   * surrogate pair becomes U+FFFD, as TextEncoder has it.
   */
  write(key: string, encoding: KeyEncoding, at: number): number {
    const { bytes } = this;
    const { length } = key;
    for (let i = 0; i < length; i++) {
      const unit = key.charCodeAt(i);
      if (unit > 0x7f) return this.#writeRest(key, encoding, i, at + i);
      bytes[at + i] = unit;
    }
    return at + length;
  }

  #writeRest(key: string, encoding: KeyEncoding, from: number, at: number): number {
    this.#end = at;
    if (encoding === 'latin1') for (let i = from; i < key.length; i++) this.#push(key.charCodeAt(i));
    else this.#writeUtf8(key, from);
    return this.#end;
  }

  #writeUtf8(key: string, from: number): void {
    for (let i = from; i < key.length; i++) {
      const unit = key.charCodeAt(i);
      const isPair = (unit & 0xfc00) === 0xd800 && (key.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
      if (isPair) {
        this.#writePoint(0x10000 + ((unit & 0x3ff) << 10) + (key.charCodeAt(i + 1) & 0x3ff));
        i++;
      } else {
        this.#writePoint((unit & 0xf800) === 0xd800 ? replacement : unit);
      }
    }
  }

  #writePoint(point: number): void {
    if (point < 0x80) {
      this.#push(point);
    } else if (point < 0x800) {
      this.#push(0xc0 | (point >> 6));
      this.#push(0x80 | (point & 0x3f));
    } else {
      if (point < 0x10000) {
        this.#push(0xe0 | (point >> 12));
      } else {
        this.#push(0xf0 | (point >> 18));
        this.#push(0x80 | ((point >> 12) & 0x3f));
      }
      this.#push(0x80 | ((point >> 6) & 0x3f));
      this.#push(0x80 | (point & 0x3f));
    }
  }

  #push(byte: number): void {
    this.bytes[this.#end++] = byte;
  }
}
