/**
 * Gets lines of a table that stand together; gives them as bytes, plain and compressed, made once.
 *
 * Chunks never change. What is made of one is kept with it, so that a new version of the table costs only its new
 * chunks.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import { narrowToZone, zonesOf } from '../../compile/index.ts';
import type { PrintedRoutes } from '../../compile/index.ts';
import { parseRoutes, printBackend } from '../../eskip/index.ts';
import type { DeflatedPart } from './gzip-stream.ts';

/** Routes with one id. */
export type Line = PrintedRoutes;

/** A chunk as it is served. */
export interface RenderedChunk extends DeflatedPart {
  /** Plain, made when first asked for: Skippers ask for the compressed ones, and the text is there besides. */
  readonly bytes: () => Buffer;
  readonly digest: Buffer;
}

/** What a chunk was rendered behind; compressed again when that has another end. */
interface Rendered {
  readonly behind: string;
  readonly chunk: Promise<RenderedChunk>;
}

/** The end of a chunk, which the next one is compressed with. */
interface Tail {
  readonly bytes: () => Buffer;
  readonly digest: string;
}

const compress = promisify(deflateRaw);
/** A little above the default: it costs next to nothing. The next level would cost twice as much for 3 % less. */
const level = 7;
/** As far back as deflate can point. */
const windowBytes = 32_768;
/** In every endpoint with a zone, as eskip writes it. */
const zoneMark = 'zone=';

/** Lines in the order of their ids. */
export class Chunk {
  readonly lines: readonly Line[];
  /** Number of routes. */
  readonly count: number;
  readonly #rendered = new Map<string, Rendered>();
  readonly #tails = new Map<string, Tail>();
  #zones: ReadonlySet<string> | undefined;

  constructor(lines: readonly Line[]) {
    this.lines = lines;
    this.count = lines.reduce((sum, { count }) => sum + count, 0);
  }

  /** Zones of the endpoints. */
  get zones(): ReadonlySet<string> {
    this.#zones ??= new Set(this.lines.flatMap(({ text }) => [...zonesOfText(text)]));
    return this.#zones;
  }

  /**
   * The bytes for Skippers in `zone`, `''` for all. `before` is the chunk before it, undefined for the first one of a
   * table, which begins without a line break.
   */
  render(before: Chunk | undefined, zone = ''): Promise<RenderedChunk> {
    const narrowTo = this.#narrowed(zone);
    const theirs = before === undefined ? '' : before.#narrowed(zone);
    const tail = before === undefined ? undefined : before.#tail(theirs);
    const behind = tail?.digest ?? '';
    const key = [narrowTo, theirs].join('\n');
    const known = this.#rendered.get(key);
    if (known?.behind === behind) return known.chunk;
    const rendered = { behind, chunk: this.#render(narrowTo, tail) };
    this.#rendered.set(key, rendered);
    // Whoever asked is told; the next one tries again.
    rendered.chunk.catch(() => {
      if (this.#rendered.get(key) === rendered) this.#rendered.delete(key);
    });
    return rendered.chunk;
  }

  async #render(zone: string, tail: Tail | undefined): Promise<RenderedChunk> {
    const lineBreak = tail === undefined ? '' : '\n';
    const plain = (): Buffer => Buffer.from(lineBreak + this.#text(zone));
    // Can go when it is compressed: the text is there besides.
    const text = plain();
    const { length } = text;
    const digest = createHash('sha256').update(text).digest();
    const crc = crc32(text);
    const dictionary = tail === undefined ? {} : { dictionary: tail.bytes() };
    const deflated = await compress(text, { level, finishFlush: constants.Z_SYNC_FLUSH, ...dictionary });
    let made: Buffer | undefined;
    return { length, crc, digest, deflated, bytes: () => (made ??= plain()) };
  }

  /** Where nothing is narrowed the bytes are those for all. */
  #narrowed(zone: string): string {
    return zone !== '' && this.zones.has(zone) ? zone : '';
  }

  #text(zone: string, lines = this.lines): string {
    return lines.map(({ text }) => (zone === '' ? text : narrowed(text, zone))).join('\n');
  }

  #tail(zone: string): Tail {
    const known = this.#tails.get(zone);
    if (known !== undefined) return known;
    const bytes = (): Buffer => this.#end(zone);
    const tail = { bytes, digest: createHash('sha256').update(bytes()).digest('base64') };
    this.#tails.set(zone, tail);
    return tail;
  }

  /** As much of the end as deflate can point to. */
  #end(zone: string): Buffer {
    let from = this.lines.length;
    for (let length = 0; from > 0 && length < windowBytes; from--) length += this.lines[from - 1]?.text.length ?? 0;
    return Buffer.from(this.#text(zone, this.lines.slice(from))).subarray(-windowBytes);
  }
}

/** Only text is kept of routes; few clusters have zones in them, and fewer Skippers ask for theirs. */
function zonesOfText(text: string): Iterable<string> {
  if (!text.includes(zoneMark)) return [];
  const parsed = parseRoutes(text);
  return parsed.ok ? zonesOf(parsed.routes) : [];
}

function narrowed(text: string, zone: string): string {
  return text.includes(zoneMark)
    ? text
        .split('\n')
        .map((line) => narrowedLine(line, zone))
        .join('\n')
    : text;
}

/** Only the backend is printed again: a parsed route does not remember the order in which its predicates stood. */
function narrowedLine(line: string, zone: string): string {
  const parsed = parseRoutes(line);
  const [route] = parsed.ok ? parsed.routes : [];
  if (route === undefined) return line;
  const whole = `${printBackend(route.backend)};`;
  if (!line.endsWith(whole)) return line;
  return `${line.slice(0, -whole.length)}${printBackend(narrowToZone(route, zone).backend)};`;
}
