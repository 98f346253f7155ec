/**
 * Hashes keys: gets strings, gives XXH64 as two 32-bit halves. Runs WebAssembly where there is some, and plain
 * JavaScript for keys that are too long for its memory and on machines without it.
 */
import { ends, firstKey, hashModule, memoryEnd, mostKeys, readsStrings } from './hash-module.ts';
import type { HashModule } from './hash-module.ts';
import { KeyBytes, mostBytes } from './key-bytes.ts';
import type { KeyEncoding } from './types.ts';
import { Xxh64 } from './xxh64.ts';

/** In UTF-16 units: of one key, or of all keys of a batch together. */
const mostUnits = Math.floor((memoryEnd - firstKey) / mostBytes(1));

/**
 * How characters get out of a string: WebAssembly reads the string itself (Node from 24 on), it reads what JavaScript
 * has copied for it, or it has no part in it.
 */
export type HashEngine = 'strings' | 'copies' | 'plain';

export class KeyHasher {
  readonly #module: HashModule | undefined;
  readonly #readsStrings: boolean;
  readonly #words: Int32Array;
  readonly #keys: KeyBytes;
  readonly #room: Uint8Array;
  readonly #encoder = new TextEncoder();
  readonly #plain = new Xxh64();
  #text = '';
  #high = 0;
  #low = 0;

  /** @param fastest the best engine to use; without it, the next one is used. */
  constructor(fastest: HashEngine = 'strings') {
    this.#module = fastest === 'plain' ? undefined : hashModule;
    this.#readsStrings = fastest === 'strings' && readsStrings;
    const memory = this.#module?.memory.buffer ?? new ArrayBuffer(memoryEnd);
    this.#words = new Int32Array(memory);
    this.#keys = new KeyBytes(new Uint8Array(memory));
    this.#room = new Uint8Array(memory, firstKey);
  }

  /** Upper 32 bits of the last hash, signed: V8 keeps those without a heap object. */
  get high(): number {
    return this.#high;
  }

  /** Lower 32 bits of the last hash, signed. */
  get low(): number {
    return this.#low;
  }

  hash(key: string, encoding: KeyEncoding = 'utf8'): void {
    if (this.#module === undefined || key.length > mostUnits) {
      this.#plain.hash(key, encoding);
      this.#high = this.#plain.high;
      this.#low = this.#plain.low;
      return;
    }
    const isHashed = this.#readsStrings && this.#module.hashAscii(key) === 1;
    if (!isHashed) this.#hashCopy(this.#module, key, encoding);
    this.#low = this.#words[0] ?? 0;
    this.#high = this.#words[1] ?? 0;
  }

  /** Halves of the hashes of the last batch, signed: for key i the lower one at 2 i and the upper one after it. */
  get batch(): Int32Array {
    return this.#words;
  }

  /** Hashes keys from `from` on, as many as fit into one call, and gives how many. To be read from `batch` at once. */
  hashBatch(keys: readonly string[], from: number, encoding: KeyEncoding): number {
    const count = this.#gather(keys, from);
    if (this.#module === undefined || count === 0) {
      this.hash(keys[from] ?? '', encoding);
      this.#words[0] = this.#low;
      this.#words[1] = this.#high;
      return 1;
    }
    if (!this.#writeBatch()) this.#writeEach(keys, encoding, { from, count });
    this.#module.hashMany(count, 0);
    return count;
  }

  /** Hashes `<text>0` to `<text>99`. To be read from `batch` at once. */
  hashNumbered(text: string): void {
    if (this.#module !== undefined && text.length < mostUnits) {
      this.#module.hashNumbered(this.#keys.write(text, 'utf8', firstKey));
      return;
    }
    for (let number = 0; number < 100; number++) {
      this.#plain.hash(`${text}${number}`);
      this.#words[2 * number] = this.#plain.low;
      this.#words[2 * number + 1] = this.#plain.high;
    }
  }

  #hashCopy(module: HashModule, key: string, encoding: KeyEncoding): void {
    const isWritten = this.#writeAscii(key);
    module.hashOne(isWritten ? key.length : this.#keys.write(key, encoding, firstKey) - firstKey, 0);
  }

  /** Four characters at a time. False, and to be written otherwise, when one of them takes more than a byte. */
  #writeAscii(key: string): boolean {
    const words = this.#words;
    const { length } = key;
    let seen = 0;
    let word = firstKey / 4;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      const [a, b, c, d] = [key.charCodeAt(i), key.charCodeAt(i + 1), key.charCodeAt(i + 2), key.charCodeAt(i + 3)];
      seen |= a | b | c | d;
      words[word++] = a | (b << 8) | (c << 16) | (d << 24);
    }
    let last = 0;
    for (let shift = 0; i < length; i++, shift += 8) {
      const unit = key.charCodeAt(i);
      seen |= unit;
      last |= unit << shift;
    }
    words[word] = last;
    return seen <= 0x7f;
  }

  /** Puts as many keys from `from` on together as there is room for, and notes where each ends if all are ASCII. */
  #gather(keys: readonly string[], from: number): number {
    if (this.#module === undefined) return 0;
    const words = this.#words;
    const end = Math.min(keys.length, from + mostKeys);
    let text = '';
    let at = from;
    let place = ends / 4;
    let room = firstKey;
    for (; at < end; at++) {
      const key = keys[at] ?? '';
      room += key.length;
      if (room > firstKey + mostUnits) break;
      text += key;
      words[place++] = room;
    }
    const count = at - from;
    this.#text = text;
    return count;
  }

  /** All keys at once, by far the fastest way. False when not all are ASCII, so that they end elsewhere. */
  #writeBatch(): boolean {
    return this.#encoder.encodeInto(this.#text, this.#room).written === this.#text.length;
  }

  #writeEach(
    keys: readonly string[],
    encoding: KeyEncoding,
    { from, count }: { readonly from: number; readonly count: number },
  ): void {
    let at = firstKey;
    for (let i = 0; i < count; i++) {
      at = this.#keys.write(keys[from + i] ?? '', encoding, at);
      this.#words[ends / 4 + i] = at;
    }
  }
}
