/**
 * Gets polls and deliveries; gives who polls, which version each client holds, and for how long that is not the newest.
 *
 * An operator sees in it which Skippers are behind; with several replicas each knows what it has seen itself.
 */
import type { Clock } from '../../runtime/index.ts';
import type { Metrics } from '../../telemetry/index.ts';

/** Who polls. */
export interface Caller {
  /** IP address. */
  readonly address: string;
  readonly userAgent: string;
  /** Path and query, for clients behind one address may be told apart by it. */
  readonly url: string;
}

/** A version as a client holds it. */
export interface HeldVersion {
  /** As the client names it. */
  readonly etag: string;
  /** Wall time in milliseconds. */
  readonly publishedAtMs: number;
  /** The tag of the whole table, whatever zone and encoding the client has. */
  readonly version: string;
}

/** One client, as `/clients` tells. */
export interface ClientFreshness extends Caller {
  /** What it says that it has; null when it has asked for nothing but everything. */
  readonly etag: string | null;
  /** How long ago that version was published here; null when this replica never served it to the client. */
  readonly etagAgeSeconds: number | null;
  readonly lastSeenSecondsAgo: number;
  /** It holds the newest version. */
  readonly current: boolean;
  /** How long there has been a newer version; 0 when it is current, null when it holds none of ours. */
  readonly behindSeconds: number | null;
}

interface Entry {
  readonly caller: Caller;
  asked: string | null;
  held: HeldVersion | undefined;
  /** Monotonic. */
  seenAtMs: number;
  /** Monotonic; since when something newer is served. */
  behindSinceMs: number | undefined;
}

/** Who was silent for so long has gone: a Skipper polls each 3 s. */
const forgottenAfterMs = 300_000;
const classes = [
  ['10s', 10],
  ['1m', 60],
  ['10m', 600],
] as const;

export interface ClientBookOptions {
  readonly clock: Clock;
  readonly metrics?: Metrics;
  /** The one silent longest is forgotten first. */
  readonly capacity?: number;
}

/** Remembers clients. */
export class ClientBook {
  readonly #clock: Clock;
  readonly #capacity: number;
  /** In the order of last use. */
  readonly #entries = new Map<string, Entry>();
  #version = '';

  constructor({ clock, metrics, capacity = 10_000 }: ClientBookOptions) {
    this.#clock = clock;
    this.#capacity = capacity;
    metrics?.gauge<'behind'>({
      name: 'clients',
      help: 'Clients of the last 5 minutes, by how long there has been a newer table than theirs.',
      labels: ['behind'],
      collect: (gauge) => {
        gauge.reset();
        for (const behind of ['none', ...classes.map(([name]) => name), 'longer', 'unknown']) gauge.set({ behind }, 0);
        for (const client of this.list()) gauge.inc({ behind: classOf(client) });
      },
    });
  }

  /** From now on `version` is the newest. */
  published(version: string): void {
    this.#version = version;
    const now = this.#clock.monotonic();
    for (const entry of this.#entries.values()) {
      if (entry.held?.version === version) entry.behindSinceMs = undefined;
      else entry.behindSinceMs ??= now;
    }
  }

  /** `key` tells clients apart; `asked` is the tag in the request. */
  polled(key: string, caller: Caller, asked: string | undefined): void {
    const entry = this.#entries.get(key) ?? {
      caller,
      asked: null,
      held: undefined,
      seenAtMs: 0,
      behindSinceMs: undefined,
    };
    // Whoever comes with a tag that is not the one it was given last got its table elsewhere since.
    if (asked !== undefined && asked !== entry.held?.etag) entry.held = undefined;
    entry.asked = asked ?? null;
    entry.seenAtMs = this.#clock.monotonic();
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size <= this.#capacity) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }

  /** `key` has all of a version now. */
  holds(key: string, held: HeldVersion): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.held = held;
    entry.asked = held.etag;
    // A slow body may have been overtaken.
    if (held.version === this.#version) entry.behindSinceMs = undefined;
    else entry.behindSinceMs ??= this.#clock.monotonic();
  }

  /** What `key` was sent may not have arrived. */
  lost(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.held = undefined;
  }

  /** Everybody who asked lately, who was silent longest first. */
  list(): readonly ClientFreshness[] {
    const now = this.#clock.monotonic();
    for (const [key, { seenAtMs }] of this.#entries) {
      if (now - seenAtMs < forgottenAfterMs) break;
      this.#entries.delete(key);
    }
    return Array.from(this.#entries.values(), (entry) => this.#describe(entry, now));
  }

  #describe({ caller, asked, held, seenAtMs, behindSinceMs }: Entry, now: number): ClientFreshness {
    const current = held !== undefined && held.version === this.#version;
    const publishedAgoMs = held === undefined ? undefined : Math.max(0, this.#clock.now() - held.publishedAtMs);
    return {
      ...caller,
      etag: held?.etag ?? asked,
      etagAgeSeconds: publishedAgoMs === undefined ? null : publishedAgoMs / 1000,
      lastSeenSecondsAgo: (now - seenAtMs) / 1000,
      current,
      behindSeconds: held === undefined ? null : current ? 0 : (now - (behindSinceMs ?? now)) / 1000,
    };
  }
}

function classOf({ behindSeconds, current }: ClientFreshness): string {
  if (current) return 'none';
  if (behindSeconds === null) return 'unknown';
  return classes.find(([, seconds]) => behindSeconds < seconds)?.[0] ?? 'longer';
}
