/**
 * Gets every table that is served; keeps the newest on disk, and gives it back, or a peer's, where the API server cannot
 * be had at start.
 *
 * A Skipper that starts without routes exits. So a route server that restarts while the control plane is away serves
 * old routes, and says so, rather than none.
 */
import type { SecureContextOptions } from 'node:tls';
import type { Clock, Timer } from '../../runtime/index.ts';
import type { Logger, Metrics } from '../../telemetry/index.ts';
import type { ShardService } from '../options.ts';
import type { KeptTable } from './kept-table.ts';
import { askPeers } from './peers.ts';
import { TableFile } from './table-file.ts';

/** Where a table came from that was not made here. */
export type KeptFrom = 'disk' | 'peer';

export interface LastKnownGoodOptions {
  /** `''`: nothing is kept on disk. */
  readonly directory: string;
  readonly peerUrls: readonly string[];
  /** For peers that are asked by https. */
  readonly peerTls: SecureContextOptions;
  /** Stores whose shards are asked of peers beside their table. */
  readonly stores: readonly ShardService['store'][];
  /** How long the API server may take before an old table is better than none. */
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** What is served, and since when its data is known; undefined before the first. */
  readonly served: () => KeptTable | undefined;
  /** Serves `table`, unless there is one by now. */
  readonly adopt: (table: KeptTable, from: KeptFrom) => void;
}

/** So long a crash may throw the file back. */
const saveEveryMs = 10_000;
/** So long the file's word on the age of its data may lag behind while the table does not change. */
const confirmEveryMs = 60_000;
const retryMs = 5_000;

/** Keeps tables for a bad day. */
export class LastKnownGood {
  readonly #options: LastKnownGoodOptions;
  readonly #file: TableFile | undefined;
  readonly #saves;
  #saved: KeptTable | undefined;
  #savedAtMs = Number.NEGATIVE_INFINITY;
  #saving: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  #saveTimer: Timer | undefined;
  #lookTimer: Timer | undefined;
  #isStopped = false;
  #isFileBad = false;

  constructor(options: LastKnownGoodOptions) {
    this.#options = options;
    this.#file = options.directory === '' ? undefined : new TableFile(options.directory, options.clock);
    this.#saves = options.metrics.counter<'outcome'>({
      name: 'last_known_good_saves_total',
      help: 'Writes of the last known good table to disk.',
      labels: ['outcome'],
    });
  }

  /** Waits for the API server as long as it may take, then looks elsewhere until there is a table. */
  start(): void {
    const { directory, peerUrls, patienceMs } = this.#options;
    if (directory === '' && peerUrls.length === 0) return;
    this.#lookAfter(patienceMs);
  }

  /** To call when another table is served: keeps it soon. */
  changed(): void {
    this.#saveAfter(Math.max(0, this.#savedAtMs + saveEveryMs - this.#options.clock.monotonic()));
  }

  /** Keeps what is served, and ends. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#lookTimer?.cancel();
    this.#saveTimer?.cancel();
    await this.#looking;
    await this.#saving;
    await this.#save();
  }

  #lookAfter(ms: number): void {
    this.#lookTimer = this.#options.clock.schedule(ms, () => {
      this.#looking = this.#look();
    });
  }

  async #look(): Promise<void> {
    const { served, adopt, log } = this.#options;
    if (served() !== undefined) return;
    const [disk, peer] = await Promise.all([this.#fromDisk(), this.#fromPeers()]);
    if (this.#isStopped || served() !== undefined) return;
    if (peer !== undefined && peer.dataAtMs >= (disk?.dataAtMs ?? 0)) adopt(peer, 'peer');
    else if (disk !== undefined) adopt(disk, 'disk');
    else {
      log.warn({ retryMs }, 'the API server does not answer, and there is no last known good table: no routes yet');
      this.#lookAfter(retryMs);
    }
  }

  async #fromDisk(): Promise<KeptTable | undefined> {
    if (this.#file === undefined || this.#isFileBad) return undefined;
    try {
      return await this.#file.load();
    } catch (error) {
      this.#isFileBad = true;
      this.#options.log.error({ path: this.#file.path, err: error }, 'the last known good table on disk is not served');
      return undefined;
    }
  }

  #fromPeers(): Promise<KeptTable | undefined> {
    const { peerUrls, peerTls, stores, clock, log } = this.#options;
    const onFailure = (address: string, error: unknown): void => {
      log.info({ peer: address, err: error }, 'a peer could not help with a table');
    };
    return askPeers({ urls: peerUrls, tls: peerTls, stores, clock, onFailure });
  }

  #saveAfter(ms: number): void {
    if (this.#file === undefined || this.#isStopped) return;
    this.#saveTimer?.cancel();
    this.#saveTimer = this.#options.clock.schedule(ms, () => {
      this.#saving = this.#saving.then(() => this.#save());
      this.#saveAfter(confirmEveryMs);
    });
  }

  async #save(): Promise<void> {
    const { served, log, clock } = this.#options;
    const table = served();
    if (this.#file === undefined || table === undefined || isSame(table, this.#saved)) return;
    this.#savedAtMs = clock.monotonic();
    try {
      await this.#file.save(table);
      this.#saved = table;
      this.#saves.inc({ outcome: 'saved' });
    } catch (error) {
      this.#saves.inc({ outcome: 'failed' });
      log.warn({ path: this.#file.path, err: error }, 'the last known good table could not be kept on disk');
    }
  }
}

function isSame(a: KeptTable, b: KeptTable | undefined): boolean {
  return a.snapshot === b?.snapshot && a.dataAtMs === b.dataAtMs;
}
