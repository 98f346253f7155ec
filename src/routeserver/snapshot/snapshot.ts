/**
 * Gets a table in chunks; gives what is served of it: one version, whole and by zone, frozen.
 */
import type { Clock } from '../../runtime/index.ts';
import type { Chunk, RenderedChunk } from './chunk.ts';
import { Slicing } from './slicing.ts';
import { tableOf } from './table.ts';
import type { Table } from './table.ts';

/** So many chunks are compressed at a time: as many as Node has threads for it. */
const atATime = 4;

/** One published version. Requests that began with it end with it, whatever is published meanwhile. */
export class Snapshot {
  readonly table: Table;
  readonly #chunks: readonly Chunk[];
  readonly #clock: Clock;
  readonly #zoneTables = new Map<string, Promise<Table>>();
  #zones: Promise<ReadonlySet<string>> | undefined;

  /** Renders what was never rendered before, without blocking the event loop for long. */
  static async of(chunks: readonly Chunk[], clock: Clock): Promise<Snapshot> {
    const version = { count: chunks.reduce((sum, { count }) => sum + count, 0), lastModifiedMs: clock.now() };
    return new Snapshot(tableOf(await render(chunks, clock), version), chunks, clock);
  }

  private constructor(table: Table, chunks: readonly Chunk[], clock: Clock) {
    this.table = table;
    this.#chunks = chunks;
    this.#clock = clock;
    Object.freeze(this);
  }

  /** What it was made of. */
  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  /** Number of routes, the same in every zone. */
  get count(): number {
    return this.table.identity.count;
  }

  /** The tag of the whole table, without an encoding. */
  get etag(): string {
    return this.table.identity.etag;
  }

  /** The table for Skippers in `zone`, made when first asked for. A zone without endpoints gets the whole table. */
  async zone(zone: string): Promise<Table> {
    this.#zones ??= zonesOf(this.#chunks, this.#clock);
    if (!(await this.#zones).has(zone)) return this.table;
    const made = this.#zoneTables.get(zone) ?? this.#makeZone(zone);
    this.#zoneTables.set(zone, made);
    return made;
  }

  async #makeZone(zone: string): Promise<Table> {
    return tableOf(await render(this.#chunks, this.#clock, zone), this.table.identity);
  }
}

async function render(chunks: readonly Chunk[], clock: Clock, zone = ''): Promise<readonly RenderedChunk[]> {
  const rendered: Promise<RenderedChunk>[] = [];
  const slicing = new Slicing(clock);
  for (const [at, chunk] of chunks.entries()) {
    // While threads compress the last few, the text of the next one is put together.
    await rendered[at - atATime];
    rendered.push(chunk.render(chunks[at - 1], zone));
    if (slicing.isOver) await slicing.pause();
  }
  return Promise.all(rendered);
}

async function zonesOf(chunks: readonly Chunk[], clock: Clock): Promise<ReadonlySet<string>> {
  const zones = new Set<string>();
  const slicing = new Slicing(clock);
  for (const chunk of chunks) {
    for (const zone of chunk.zones) zones.add(zone);
    if (slicing.isOver) await slicing.pause();
  }
  return zones;
}
