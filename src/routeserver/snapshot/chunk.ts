/**
 * Gets lines of a table that stand together; gives them as bytes, plain and compressed, made once.
 *
 * Chunks never change. What is made of one is kept with it, so that a new version of the table costs only its new
 * chunks.
 */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { narrowToZone, zonesOf } from '../../compile/index.ts';
import type { PrintedRoutes } from '../../compile/index.ts';
import { parseRoutes, printBackend } from '../../eskip/index.ts';
import { deflate, windowBytes } from './deflate.ts';
import type { DeflatedPart } from './gzip-stream.ts';
import { Scratch } from './scratch.ts';
import { sharedBytes } from './shared-bytes.ts';

/** Routes with one id. */
export type Line = PrintedRoutes;

/** A chunk as it is served. */
export interface RenderedChunk extends DeflatedPart {
  /** Plain, made when first asked for: Skippers ask for the compressed ones, and the text is there besides. */
  readonly bytes: () => Buffer;
  readonly digest: Buffer;
}

/** What a chunk was rendered behind, undefined at the beginning of a table; compressed again when that is another. */
interface Rendered {
  readonly behind: readonly Line[] | undefined;
  readonly chunk: Promise<RenderedChunk>;
}

/** So many lines are made one string: a few short strings take less time than one long one, which V8 maps memory for. */
const linesAtATime = 64;
/** In every endpoint with a zone, as eskip writes it. */
const zoneMark = 'zone=';

/** Lines in the order of their ids. */
export class Chunk {
  readonly lines: readonly Line[];
  /** Number of routes. */
  readonly count: number;
  readonly #rendered = new Map<string, Rendered>();
  #end: readonly Line[] | undefined;
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
    const key = [narrowTo, theirs].join('\n');
    const known = this.#rendered.get(key);
    const behind = before?.end;
    if (known !== undefined && areSame(known.behind, behind)) return known.chunk;
    const rendered = { behind, chunk: this.#render(narrowTo, behind, theirs) };
    this.#rendered.set(key, rendered);
    // Whoever asked is told; the next one tries again.
    rendered.chunk.catch(() => {
      if (this.#rendered.get(key) === rendered) this.#rendered.delete(key);
    });
    return rendered.chunk;
  }

  async #render(zone: string, behind: readonly Line[] | undefined, theirs: string): Promise<RenderedChunk> {
    const lineBreak = behind === undefined ? '' : '\n';
    const scratch = Scratch.take();
    write(scratch, behind ?? [], theirs);
    const from = scratch.length;
    scratch.write(lineBreak);
    write(scratch, this.lines, zone);
    const text = scratch.bytes(from);
    const { length } = text;
    const digest = hash('sha256', text, 'buffer');
    const crc = crc32(text);
    const deflated = await deflate(text, scratch.bytes(Math.max(0, from - windowBytes), from));
    scratch.giveBack();
    let made: Buffer | undefined;
    const make = (): Buffer => {
      const bytes = sharedBytes(length);
      bytes.write(lineBreak + textOf(this.lines, zone));
      return bytes;
    };
    return { length, crc, digest, deflated, bytes: () => (made ??= make()) };
  }

  /** As many of the last lines as deflate can point to. */
  get end(): readonly Line[] {
    return (this.#end ??= endOf(this.lines));
  }

  /** Where nothing is narrowed the bytes are those for all. */
  #narrowed(zone: string): string {
    return zone !== '' && this.zones.has(zone) ? zone : '';
  }
}

function endOf(lines: readonly Line[]): readonly Line[] {
  let from = lines.length;
  for (let length = 0; from > 0 && length < windowBytes; from--) length += lines[from - 1]?.text.length ?? 0;
  return lines.slice(from);
}

function areSame(some: readonly Line[] | undefined, others: readonly Line[] | undefined): boolean {
  if (some === others) return true;
  if (some?.length !== others?.length) return false;
  return some?.every(({ text }, at) => text === others?.[at]?.text) === true;
}

function write(scratch: Scratch, lines: readonly Line[], zone: string): void {
  for (let from = 0; from < lines.length; from += linesAtATime) {
    if (from > 0) scratch.write('\n');
    scratch.write(textOf(lines.slice(from, from + linesAtATime), zone));
  }
}

function textOf(lines: readonly Line[], zone: string): string {
  return lines.map(({ text }) => (zone === '' ? text : narrowed(text, zone))).join('\n');
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
