/**
 * Hashes keys: gets strings, gives XXH64 as two 32-bit halves. Runs WebAssembly where there is some, and plain
 * JavaScript for keys that are too long for its memory and on machines without it.
 */
import { KeyBytes, mostBytes } from './key-bytes.ts';
import type { KeyEncoding } from './types.ts';
import { xxh64Wasm } from './xxh64-wasm.generated.ts';
import { Xxh64 } from './xxh64.ts';

/** The layout of memory that xxh64.wat describes, in bytes. */
const mostKeys = 1024;
const ends = 8192;
const firstKey = 12_288;
const memoryEnd = 65_536;
/** In UTF-16 units: of one key, or of all keys of a batch together. */
const mostUnits = Math.floor((memoryEnd - firstKey) / mostBytes(1));

interface HashModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly hashAscii: (key: string) => number;
  readonly hashOne: (length: number) => void;
  readonly hashMany: (count: number) => void;
}

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
  #batch = '';
  #high = 0;
  #low = 0;

  /** @param fastest the best engine to use; without it, the next one is used. */
  constructor(fastest: HashEngine = 'strings') {
    this.#module = fastest === 'plain' ? undefined : shared?.module;
    this.#readsStrings = fastest === 'strings' && shared?.readsStrings === true;
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

  /** Hashes all keys, up to 1,024 with one call; `into` gets high and low of each in turn. */
  hashMany(keys: readonly string[], encoding: KeyEncoding, into: Int32Array): void {
    for (let from = 0; from < keys.length;) {
      const count = this.#gather(keys, from);
      if (count === 0) {
        this.hash(keys[from] ?? '', encoding);
        into[2 * from] = this.#high;
        into[2 * from + 1] = this.#low;
        from++;
        continue;
      }
      if (!this.#writeBatch()) this.#writeEach(keys, encoding, { from, count });
      this.#module?.hashMany(count);
      for (let i = 0; i < count; i++) {
        into[2 * (from + i)] = this.#words[2 * i + 1] ?? 0;
        into[2 * (from + i) + 1] = this.#words[2 * i] ?? 0;
      }
      from += count;
    }
  }

  #hashCopy(module: HashModule, key: string, encoding: KeyEncoding): void {
    const isWritten = this.#writeAscii(key);
    module.hashOne(isWritten ? key.length : this.#keys.write(key, encoding, firstKey) - firstKey);
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
    const most = Math.min(keys.length - from, mostKeys);
    let batch = '';
    let count = 0;
    for (; count < most; count++) {
      const key = keys[from + count] ?? '';
      if (batch.length + key.length > mostUnits) break;
      batch += key;
      this.#words[ends / 4 + count] = firstKey + batch.length;
    }
    this.#batch = batch;
    return count;
  }

  /** All keys at once, by far the fastest way. False when not all are ASCII, so that they end elsewhere. */
  #writeBatch(): boolean {
    return this.#encoder.encodeInto(this.#batch, this.#room).written === this.#batch.length;
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

interface Shared {
  readonly module: HashModule;
  /** False where the engine lacks the JS String Builtins, so that each character would cost a call. */
  readonly readsStrings: boolean;
}

/** Undefined without WebAssembly, and where numbers begin with their upper byte: WebAssembly has the lower one first. */
function instantiate(): Shared | undefined {
  const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  if (!isLittleEndian || webAssembly === undefined) return undefined;
  const bytes = Uint8Array.from(atob(xxh64Wasm), (character) => character.charCodeAt(0));
  const compiled = new webAssembly.Module(bytes, { builtins: ['js-string'] });
  const standIns = {
    length: (text: string) => text.length,
    charCodeAt: (text: string, at: number) => text.charCodeAt(at),
  };
  const { exports } = new webAssembly.Instance(compiled, { 'wasm:js-string': standIns });
  // An engine with the builtins has resolved the imports itself.
  return { module: exports as HashModule, readsStrings: webAssembly.Module.imports(compiled).length === 0 };
}

/** What this file needs of it, for not every set of standard types has it; undefined under `node --jitless`. */
const webAssembly = (
  globalThis as {
    readonly WebAssembly?: {
      readonly Module: {
        new (bytes: Uint8Array, options: { readonly builtins: readonly string[] }): object;
        imports(module: object): readonly object[];
      };
      readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
    };
  }
).WebAssembly;

/**
 * One for all hashers: V8 compiles a call into the loop around it only while it always goes to the same function. The
 * memory is used by one call at a time, and each hasher takes its answer out at once.
 */
const shared = instantiate();
