/**
 * Gets changed lines; gives the whole table as chunks, of which only those with changed lines are new.
 *
 * A chunk begins at every id whose hash says so: where the borders are depends on nothing but the ids that are there.
 * So two route servers with the same routes have the same chunks, whatever happened to them before.
 */
import type { ChangedLines } from '../../compile/index.ts';
import { Chunk } from './chunk.ts';
import type { Line } from './chunk.ts';

/** One id in so many begins a chunk: large enough to compress well, small enough to be compressed again in 1 ms. */
const idsPerChunk = 512;

/** The lines of a table. */
export class LineTable {
  #chunks: readonly Chunk[];

  /** Begins with the lines of another table. */
  constructor(chunks: readonly Chunk[] = []) {
    this.#chunks = chunks;
  }

  /** The table now: what was given out before stays as it is. */
  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  /** Takes lines, in the order of their ids, that come behind all that are there. */
  append(lines: readonly Line[]): void {
    const next = [...this.#chunks];
    append(next, lines);
    this.#chunks = next;
  }

  /** Takes changes. */
  change(changes: ChangedLines): void {
    if (changes.size === 0) return;
    // Ids are ASCII, so that JavaScript's own order is the one by bytes, as Go compares.
    const sorted = [...changes.keys()].sort().map((id) => ({ id, printed: changes.get(id) }));
    const next: Chunk[] = [];
    const places = this.#chunks.length === 0 ? [new Chunk([])] : this.#chunks;
    let from = 0;
    for (const [at, chunk] of places.entries()) {
      const to = endOf(sorted, from, places[at + 1]?.lines[0]?.id);
      append(next, to === from ? chunk : merge(chunk.lines, sorted.slice(from, to)));
      from = to;
    }
    this.#chunks = next;
  }
}

interface Change {
  readonly id: string;
  readonly printed: Line | undefined;
}

/** Where the changes end that come before the id `border`; at the end of all when there is none. */
function endOf(sorted: readonly Change[], from: number, border: string | undefined): number {
  if (border === undefined) return sorted.length;
  let to = from;
  while (to < sorted.length && (sorted[to]?.id ?? '') < border) to++;
  return to;
}

/** Puts what has become of one chunk behind the others. A begin whose id is gone is no border any more. */
function append(chunks: Chunk[], lines: Chunk | readonly Line[]): void {
  if (lines instanceof Chunk) {
    chunks.push(lines);
    return;
  }
  const [head = [], ...others] = split(lines);
  const last = chunks.at(-1);
  if (head[0] !== undefined && last !== undefined && !isBorder(head[0].id)) {
    chunks[chunks.length - 1] = new Chunk([...last.lines, ...head]);
  } else if (head.length > 0) chunks.push(new Chunk(head));
  for (const part of others) chunks.push(new Chunk(part));
}

function merge(lines: readonly Line[], changes: readonly Change[]): readonly Line[] {
  const merged: Line[] = [];
  let at = 0;
  for (const { id, printed } of changes) {
    for (let line = lines[at]; line !== undefined && line.id < id; line = lines[at]) {
      merged.push(line);
      at++;
    }
    if (lines[at]?.id === id) at++;
    if (printed !== undefined) merged.push(printed);
  }
  return [...merged, ...lines.slice(at)];
}

function split(lines: readonly Line[]): readonly (readonly Line[])[] {
  const parts: (readonly Line[])[] = [];
  let from = 0;
  for (let at = 1; at <= lines.length; at++) {
    const next = lines[at];
    if (next !== undefined && !isBorder(next.id)) continue;
    parts.push(lines.slice(from, at));
    from = at;
  }
  return parts;
}

/** FNV-1a over UTF-16 units, mixed once more: its low bits alone follow the last character. */
function isBorder(id: string): boolean {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0 < 2 ** 32 / idsPerChunk;
}
