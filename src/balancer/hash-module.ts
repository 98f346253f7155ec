/** Gives XXH64 in WebAssembly where there is such a thing: the module of xxh64.wat, and where in its memory what lies. */
import { xxh64Wasm } from './xxh64-wasm.generated.ts';

/** In bytes. Hashes are at 0. */
export const ends = 8192;
export const firstKey = 12_288;
export const memoryEnd = 65_536;
/** As many hashes, and ends of keys, have room. */
export const mostKeys = 1024;

/** Whether numbers begin with their lower byte, as those in WebAssembly's memory do on every machine. */
export const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

export interface HashModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** 1, or 0 and no hash for a key with a character that is not ASCII. */
  readonly hashAscii: (key: string) => number;
  readonly hashOne: (length: number, to: number) => void;
  /** The first hash goes to `to`, in bytes; the others come after it. */
  readonly hashMany: (count: number, to: number) => void;
  /** Of the text from `firstKey` to `end` with 0…99 after it. */
  readonly hashNumbered: (end: number) => void;
}

/** Undefined without WebAssembly, and where numbers begin with their upper byte: WebAssembly has the lower one first. */
function instantiate(): { readonly module: HashModule; readonly readsStrings: boolean } | undefined {
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

const instance = instantiate();

/**
 * One for all hashers: V8 compiles a call into the loop around it only while it always goes to the same function. The
 * memory is used by one call at a time, and each hasher takes its answer out at once.
 */
export const hashModule = instance?.module;

/** False where the engine lacks the JS String Builtins (Node below 24), so that `hashAscii` would call out per character. */
export const readsStrings = instance?.readsStrings === true;
