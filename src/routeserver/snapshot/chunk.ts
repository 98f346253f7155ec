/**
 * Gets lines of a table that stand together; gives them as bytes, plain and compressed, made once.
 *
 * Chunks never change. What is made of one is kept with it, so that a new version of the table costs only its new
 * chunks.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { narrowToZone, zonesOf } from '../../compile/index.ts';
import type { PrintedRoutes } from '../../compile/index.ts';
import { parseRoutes, printBackend } from '../../eskip/index.ts';

/** Routes with one id. */
export type Line = PrintedRoutes;

/** A chunk as it is served. */
export interface RenderedChunk {
  /** Of the plain bytes. */
  readonly length: number;
  /** Plain, made when first asked for: Skippers ask for the compressed ones, and the text is there besides. */
  readonly bytes: () => Buffer;
  /** A gzip member; members one behind the other are a gzip stream. */
  readonly gzip: Buffer;
  readonly digest: Buffer;
}

const compress = promisify(gzip);
/** A little above the default: it makes up for what is lost by compressing chunks, and costs next to nothing. */
const level = 7;
/** In every endpoint with a zone, as eskip writes it. */
const zoneMark = 'zone=';

/** Lines in the order of their ids. */
export class Chunk {
  readonly lines: readonly Line[];
  /** Number of routes. */
  readonly count: number;
  readonly #rendered = new Map<string, Promise<RenderedChunk>>();
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

  /** The bytes for Skippers in `zone`, `''` for all. The first chunk of a table begins without a line break. */
  render(isFirst: boolean, zone = ''): Promise<RenderedChunk> {
    const narrowTo = zone !== '' && this.zones.has(zone) ? zone : '';
    const key = `${isFirst ? 'first' : 'later'} ${narrowTo}`;
    const known = this.#rendered.get(key);
    if (known !== undefined) return known;
    const rendered = this.#render(isFirst, narrowTo);
    this.#rendered.set(key, rendered);
    // Whoever asked is told; the next one tries again.
    rendered.catch(() => this.#rendered.delete(key));
    return rendered;
  }

  async #render(isFirst: boolean, zone: string): Promise<RenderedChunk> {
    const plain = Buffer.from(this.#text(isFirst, zone));
    const { length } = plain;
    const digest = createHash('sha256').update(plain).digest();
    const gzip = await compress(plain, { level });
    let made: Buffer | undefined;
    // Not `plain`, which can go: the text is there besides.
    const bytes = () => (made ??= Buffer.from(this.#text(isFirst, zone)));
    return { length, bytes, digest, gzip };
  }

  #text(isFirst: boolean, zone: string): string {
    const lines = this.lines.map(({ text }) => (zone === '' ? text : narrowed(text, zone)));
    return (isFirst ? '' : '\n') + lines.join('\n');
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
