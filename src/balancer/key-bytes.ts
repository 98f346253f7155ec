/** Gets a key as a string, gives its bytes in a buffer that is used again: no garbage per key. */
import type { KeyEncoding } from './types.ts';

const replacement = 0xfffd;

/** The bytes of the last key that was written. */
export class KeyBytes {
  bytes = new Uint8Array(1024);
  length = 0;

  /** Writes `key`; half a surrogate pair becomes U+FFFD, as TextEncoder has it. */
  write(key: string, encoding: KeyEncoding): void {
    // A UTF-16 unit takes at most 3 bytes of UTF-8.
    if (this.bytes.length < key.length * 3) this.bytes = new Uint8Array(key.length * 4);
    const { bytes } = this;
    let i = 0;
    for (; i < key.length; i++) {
      const unit = key.charCodeAt(i);
      if (unit > 0x7f) break;
      bytes[i] = unit;
    }
    this.length = i;
    if (i === key.length) return;
    if (encoding === 'latin1') this.#writeLatin1(key, i);
    else this.#writeUtf8(key, i);
  }

  #writeLatin1(key: string, from: number): void {
    for (let i = from; i < key.length; i++) this.bytes[i] = key.charCodeAt(i);
    this.length = key.length;
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
    this.bytes[this.length++] = byte;
  }
}
