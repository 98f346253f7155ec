/**
 * XXH64 with seed 0: gets a key, gives its hash as two 32-bit halves. What Skipper hashes endpoints and keys with
 * (github.com/cespare/xxhash/v2). Source of the algorithm: the xxHash specification, doc/xxhash_spec.md, section XXH64.
 */
import { KeyBytes, mostBytes } from './key-bytes.ts';
import type { KeyEncoding } from './types.ts';
import { add, multiply, rotateLeft, upper, xor } from './word64.ts';

const [p1h, p1l] = [0x9e3779b1, 0x85ebca87];
const [p2h, p2l] = [0xc2b2ae3d, 0x27d4eb4f];
const [p3h, p3l] = [0x165667b1, 0x9e3779f9];
const [p4h, p4l] = [0x85ebca77, 0xc2b2ae63];
const [p5h, p5l] = [0x27d4eb2f, 0x165667c5];

/** Rows of the table of words: four accumulators, the hash, a word in work. */
const hash = 8;
const work = 10;
const stripeBytes = 32;

/** One hash at a time; `high` and `low` hold the last one. */
export class Xxh64 {
  #key = new KeyBytes(new Uint8Array(1024));
  readonly #words = new Int32Array(14);

  /** Upper 32 bits of the last hash, signed: V8 keeps those without a heap object. */
  get high(): number {
    return this.#words[hash] ?? 0;
  }

  /** Lower 32 bits of the last hash, signed. */
  get low(): number {
    return this.#words[hash + 1] ?? 0;
  }

  hash(key: string, encoding: KeyEncoding = 'utf8'): void {
    if (this.#key.bytes.length < mostBytes(key.length)) this.#key = new KeyBytes(new Uint8Array(mostBytes(key.length)));
    const length = this.#key.write(key, encoding, 0);
    const tail = length & ~(stripeBytes - 1);
    if (tail > 0) this.#stripes(tail);
    else this.#set(hash, p5h, p5l);
    add(this.#words, hash, 0, length);
    this.#tail(tail, length);
  }

  #stripes(end: number): void {
    const words = this.#words;
    this.#set(0, p1h, p1l);
    add(words, 0, p2h, p2l);
    this.#set(2, p2h, p2l);
    this.#set(4, 0, 0);
    // 0 - PRIME1
    this.#set(6, ~p1h, -p1l);
    for (let at = 0; at < end; at += 8) this.#round(((at >> 3) & 3) * 2, at);
    this.#set(hash, 0, 0);
    for (let lane = 0; lane < 4; lane++) this.#addRotated(lane * 2, [1, 7, 12, 18][lane] ?? 0);
    for (let lane = 0; lane < 4; lane++) this.#mergeLane(lane * 2);
  }

  #addRotated(lane: number, bits: number): void {
    const words = this.#words;
    this.#copy(work, lane);
    rotateLeft(words, work, bits);
    add(words, hash, words[work] ?? 0, words[work + 1] ?? 0);
  }

  #mergeLane(lane: number): void {
    const words = this.#words;
    this.#set(work, 0, 0);
    this.#mixInto(work, words[lane] ?? 0, words[lane + 1] ?? 0);
    xor(words, hash, words[work] ?? 0, words[work + 1] ?? 0);
    multiply(words, hash, p1h, p1l);
    add(words, hash, p4h, p4l);
  }

  /** acc = rotl(acc + input × PRIME2, 31) × PRIME1, the input being 8 bytes of the key. */
  #round(acc: number, at: number): void {
    this.#mixInto(acc, this.#int32(at + 4), this.#int32(at));
  }

  #mixInto(acc: number, inputHigh: number, inputLow: number): void {
    const words = this.#words;
    const input = acc === work ? hash + 4 : work;
    this.#set(input, inputHigh, inputLow);
    multiply(words, input, p2h, p2l);
    add(words, acc, words[input] ?? 0, words[input + 1] ?? 0);
    rotateLeft(words, acc, 31);
    multiply(words, acc, p1h, p1l);
  }

  /** The words of 8 bytes that fill no stripe. Locals instead of the table, because most keys are all tail. */
  #tail(from: number, end: number): void {
    const words = this.#words;
    let high = words[hash] ?? 0;
    let low = words[hash + 1] ?? 0;
    let at = from;
    for (; at + 8 <= end; at += 8) {
      const keyLow = this.#int32(at);
      const mixedHigh = upper(this.#int32(at + 4), keyLow, p2h, p2l);
      const mixedLow = Math.imul(keyLow, p2l);
      const turnedHigh = (mixedHigh << 31) | (mixedLow >>> 1);
      const turnedLow = (mixedLow << 31) | (mixedHigh >>> 1);
      high ^= upper(turnedHigh, turnedLow, p1h, p1l);
      low ^= Math.imul(turnedLow, p1l);
      const nextHigh = (high << 27) | (low >>> 5);
      low = (low << 27) | (high >>> 5);
      high = upper(nextHigh, low, p1h, p1l);
      const sum = (Math.imul(low, p1l) >>> 0) + p4l;
      high = (high + p4h + (sum > 0xffffffff ? 1 : 0)) | 0;
      low = sum | 0;
    }
    this.#set(hash, high, low);
    this.#lastBytes(at, end);
  }

  /** Up to 7 bytes: one word of 4, then single ones. */
  #lastBytes(from: number, end: number): void {
    const words = this.#words;
    let high = words[hash] ?? 0;
    let low = words[hash + 1] ?? 0;
    let at = from;
    if (at + 4 <= end) {
      const key = this.#int32(at);
      high ^= upper(0, key, p1h, p1l);
      low ^= Math.imul(key, p1l);
      const turnedHigh = (high << 23) | (low >>> 9);
      const turnedLow = (low << 23) | (high >>> 9);
      const sum = (Math.imul(turnedLow, p2l) >>> 0) + p3l;
      high = (upper(turnedHigh, turnedLow, p2h, p2l) + p3h + (sum > 0xffffffff ? 1 : 0)) | 0;
      low = sum | 0;
      at += 4;
    }
    for (; at < end; at++) {
      const key = this.#key.bytes[at] ?? 0;
      high ^= upper(0, key, p5h, p5l);
      low ^= Math.imul(key, p5l);
      const turnedHigh = (high << 11) | (low >>> 21);
      const turnedLow = (low << 11) | (high >>> 21);
      high = upper(turnedHigh, turnedLow, p1h, p1l);
      low = Math.imul(turnedLow, p1l);
    }
    this.#avalanche(high, low);
  }

  #avalanche(high: number, low: number): void {
    // h ^= h >>> 33 touches the low half only.
    const first = low ^ (high >>> 1);
    const secondHigh = upper(high, first, p2h, p2l);
    const secondLow = Math.imul(first, p2l);
    const thirdHigh = secondHigh ^ (secondHigh >>> 29);
    const thirdLow = secondLow ^ ((secondLow >>> 29) | (secondHigh << 3));
    const last = upper(thirdHigh, thirdLow, p3h, p3l);
    this.#set(hash, last, Math.imul(thirdLow, p3l) ^ last);
  }

  /** Little-endian on every machine. */
  #int32(at: number): number {
    const { bytes } = this.#key;
    return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  }

  #set(at: number, high: number, low: number): void {
    this.#words[at] = high;
    this.#words[at + 1] = low;
  }

  #copy(to: number, from: number): void {
    this.#set(to, this.#words[from] ?? 0, this.#words[from + 1] ?? 0);
  }
}
