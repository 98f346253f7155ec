/**
 * Gets a published table; gives it as a file that proves itself, and such a file as a table again.
 *
 * A file is a line with the SHA-256 of the rest, a line of JSON about the table, and the table as it is served with
 * gzip. Anything that is cut short, overwritten or half written fails the digest.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Clock } from '../../runtime/index.ts';
import type { Chunk, Line } from '../snapshot/chunk.ts';
import type { KeptShards } from '../shards.ts';
import { LineTable } from '../snapshot/line-table.ts';
import { Snapshot } from '../snapshot/snapshot.ts';

/** A table that was made earlier or elsewhere. */
export interface KeptTable {
  readonly snapshot: Snapshot;
  /** Wall time in milliseconds at which its data was surely current. */
  readonly dataAtMs: number;
  /** What was served beside it at `/swarm/…`. */
  readonly shards: KeptShards;
}

/** A kept table that must not be served. */
export class UnusableTable extends Error {
  override readonly name = 'UnusableTable';
}

interface About {
  readonly format: 1;
  readonly routes: number;
  readonly publishedAtMs: number;
  readonly dataAtMs: number;
  readonly shards: KeptShards;
}

const inflate = promisify(gunzip);
const digestOf = (bytes: readonly Buffer[]): string => {
  const hash = createHash('sha256');
  for (const part of bytes) hash.update(part);
  return hash.digest('hex');
};

/** The parts of the file, to be written one behind the other; what the table shares with answers is not copied. */
export function encodeTable({ snapshot, dataAtMs, shards }: KeptTable): readonly Buffer[] {
  const { lastModifiedMs, body } = snapshot.table.gzip;
  const about: About = { format: 1, routes: snapshot.count, publishedAtMs: lastModifiedMs, dataAtMs, shards };
  const parts = [Buffer.from(`${JSON.stringify(about)}\n`), ...body.parts];
  return [Buffer.from(`${digestOf(parts)}\n`), ...parts];
}

/** Reads a file. Throws `UnusableTable` where it is not exactly what was written. */
export async function decodeTable(file: Buffer, clock: Clock): Promise<KeptTable> {
  const digestEnd = file.indexOf('\n');
  const rest = file.subarray(digestEnd + 1);
  if (digestEnd < 0 || digestOf([rest]) !== file.toString('latin1', 0, digestEnd)) {
    throw new UnusableTable('the file is damaged or cut short: its digest does not match');
  }
  const aboutEnd = rest.indexOf('\n');
  const about = JSON.parse(rest.toString('utf8', 0, aboutEnd)) as Partial<About>;
  const { format, routes = 0, publishedAtMs = 0, dataAtMs = 0, shards = {} } = about;
  if (format !== 1) throw new UnusableTable(`the file has format ${String(format)}, which this version does not read`);
  const text = (await inflate(rest.subarray(aboutEnd + 1))).toString();
  return { snapshot: await snapshotOf(text, { routes, publishedAtMs }, clock), dataAtMs, shards };
}

/**
 * A table from its text; equal text gives equal bytes and tags on every replica. Throws `UnusableTable` where the text
 * has not as many routes as it should, or is no table.
 */
export async function snapshotOf(
  text: string,
  { routes, publishedAtMs }: { readonly routes: number; readonly publishedAtMs: number },
  clock: Clock,
): Promise<Snapshot> {
  const snapshot = await Snapshot.of(chunksOf(text), { ...delegate(clock), now: () => publishedAtMs });
  if (snapshot.count === 0 || snapshot.count !== routes) {
    throw new UnusableTable(`the table has ${snapshot.count} routes, ${routes} were announced`);
  }
  return snapshot;
}

/** A clock's methods live on its class, where a spread does not find them. */
function delegate(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    schedule: (ms, run) => clock.schedule(ms, run),
  };
}

const route = /^(\w+): .*;$/;

function chunksOf(text: string): readonly Chunk[] {
  const lines = new Map<string, Line>();
  for (const line of text.split('\n')) {
    const id = route.exec(line)?.[1];
    if (id === undefined) throw new UnusableTable(`line ${lines.size + 1} is no route`);
    const before = lines.get(id);
    // Routes may share an id, and then stand together.
    lines.set(id, before === undefined ? { id, text: line, count: 1 } : grown(before, line));
  }
  const table = new LineTable();
  table.change(lines);
  return table.chunks;
}

function grown({ id, text, count }: Line, line: string): Line {
  return { id, text: `${text}\n${line}`, count: count + 1 };
}
