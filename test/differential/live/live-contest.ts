/**
 * Gets the life of a cluster; has both route servers follow it on a real API server, ours by its watch, the original by
 * its poll, and gives what differs between their tables, and between ours and one that is compiled from nothing.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDefaultFilters } from '../../harness/fixtures/default-filters-folder.ts';
import { until } from '../../harness/wait.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startOriginal, startOurs, type Running } from '../../integration/routeserver/programs.ts';
import type { FlagSet } from '../arbitraries/flags.ts';
import { zones } from '../arbitraries/words.ts';
import { OurCompiler, tableOf } from '../contest.ts';
import { compareTexts } from '../tables.ts';
import type { LiveCluster } from './live-cluster.ts';
import { markers, tellsOf } from './marker.ts';
import { Model } from './model.ts';
import type { Change, Sequence } from './sequence.ts';

/** The original lists five kinds each time. */
const pollMs = 100;
/** A start, or a batch, on a busy machine. */
const deadlineMs = 300_000;

export interface Tally {
  readonly batches: number;
  readonly writes: number;
  /** Writes that the API server did not take. */
  readonly refused: number;
  /** Tables that Skipper could not have read, of which only a part was compared. */
  readonly unreadable: number;
}

/** Both servers, for one life. */
export class LiveContest {
  readonly #cluster: LiveCluster;
  readonly #model = new Model();
  readonly #folder = temporaryFolder('live-');
  readonly #args: readonly string[];
  readonly #compiler: OurCompiler;
  readonly #namespace: string;
  readonly #servers: { original: Running; ours: Running }[] = [];
  readonly #tally = { batches: 0, writes: 0, refused: 0, unreadable: 0 };

  private constructor(cluster: LiveCluster, { args, defaultFilters }: FlagSet) {
    this.#cluster = cluster;
    const files = Object.entries(defaultFilters ?? {});
    for (const [name, text] of files) writeFileSync(join(this.#folder, name), text);
    this.#args = defaultFilters === undefined ? args : [...args, `-default-filters-dir=${this.#folder}`];
    const filters = defaultFilters === undefined ? new Map() : readDefaultFilters(this.#folder).files;
    this.#compiler = new OurCompiler(this.#args, filters);
    const [, namespace] = /^-kubernetes-namespace=(.+)$/m.exec(args.join('\n')) ?? [];
    this.#namespace = namespace ?? 'default';
  }

  /** Plays it to its end, or to the first difference. */
  static async play(
    cluster: LiveCluster,
    { flags, initial, batches }: Sequence,
  ): Promise<{ readonly differences: readonly string[]; readonly tally: Tally }> {
    const contest = new LiveContest(cluster, flags);
    try {
      await cluster.clear();
      await contest.#write(
        initial.map((object) => ({ type: 'put', object })),
        0,
      );
      await contest.#start();
      let differences = await contest.#differences();
      for (const changes of batches) {
        if (differences.length > 0) break;
        await contest.#write(changes, contest.#tally.batches + 1);
        contest.#tally.batches += 1;
        differences = await contest.#differences();
      }
      return { differences, tally: contest.#tally };
    } finally {
      await contest.#stop();
    }
  }

  get #withSlices(): boolean {
    return this.#args.includes('-enable-kubernetes-endpointslices=true');
  }

  async #write(changes: readonly Change[], batch: number): Promise<void> {
    // An API server may make one out of the other, so that only one of them is written.
    const unread = this.#withSlices ? 'Endpoints' : 'EndpointSlice';
    for (const change of changes) {
      for (const write of this.#model.writes(change).filter(({ object }) => object['kind'] !== unread)) {
        const isTaken = await this.#cluster.write(write);
        if (isTaken) this.#model.took(write);
        this.#tally.writes += 1;
        this.#tally.refused += isTaken ? 0 : 1;
      }
    }
    for (const object of markers(batch, this.#namespace, this.#withSlices)) {
      if (!(await this.#cluster.write({ verb: 'put', object }))) throw new Error('a marker was refused');
    }
  }

  async #start(): Promise<void> {
    const { args, env } = this.#cluster.access;
    const flags = [...this.#args, ...args, `-source-poll-timeout=${pollMs}`];
    const own = ['-source=watch', '-publish-interval=1ms', '-relist-interval=10h'];
    const [original, ours] = await Promise.all([startOriginal(flags, env), startOurs([...flags, ...own], env)]);
    this.#servers.push({ original, ours });
    await Promise.all([original, ours].map((server) => server.answers('/health', 204, deadlineMs)));
  }

  /** The tables of both after the last batch, and of everything that is there. */
  async #differences(): Promise<readonly string[]> {
    const [servers] = this.#servers;
    if (servers === undefined) return [];
    await Promise.all([this.#follows(servers.original, 'the original'), this.#follows(servers.ours, 'ours')]);
    const compiled = this.#compiler.compile(await this.#cluster.objects());
    const found: string[] = [];
    for (const zone of [undefined, ...zones]) {
      const [theirs, ours] = await Promise.all([tableOf(servers.original, zone), tableOf(servers.ours, zone)]);
      const fresh = compiled.text(zone);
      const where = ` [batch ${this.#tally.batches}${zone === undefined ? '' : `, /routes/${zone}`}]`;
      const compared = compareTexts(theirs, ours, compiled.leftOut);
      if (!compared.isWhole) this.#tally.unreadable += 1;
      found.push(...compared.differences.map((line) => line + where));
      found.push(...compareTexts(fresh, ours).differences.map((line) => `${line}${where} [compiled from nothing]`));
      if (found.length > 0) break;
    }
    return found;
  }

  async #follows(server: Running, whose: string): Promise<void> {
    const batch = this.#tally.batches;
    const forceService = this.#args.includes('-kubernetes-force-service=true');
    const explain = async () => `${server.state}\n${await tableOf(server, undefined)}`;
    await until({ what: `${whose} to follow batch ${batch}`, deadlineMs, explain }, async () =>
      tellsOf(await tableOf(server, undefined), batch, forceService),
    );
  }

  async #stop(): Promise<void> {
    for (const { original, ours } of this.#servers) await Promise.all([original.stop(), ours.stop()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
