/**
 * Gets a set of flags; runs the original route server with it, and ours, and gives what differs between their tables
 * for one cluster after the other.
 *
 * Ours compiles in this process; a share of the contests runs it as the program that it is, too.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Complaints,
  compile,
  compileOptions,
  narrowToZone,
  readFlags,
  type CompileOptions,
} from '../../src/compile/index.ts';
import { printRoutes } from '../../src/eskip/index.ts';
import { readDefaultFilters } from '../harness/fixtures/default-filters-folder.ts';
import { loadState, type Manifest } from '../harness/fixtures/manifests.ts';
import { reasonOf } from '../harness/errors.ts';
import { until } from '../harness/wait.ts';
import { startOriginal, startOurs, type Running } from '../integration/routeserver/programs.ts';
import type { FlagSet } from './arbitraries/flags.ts';
import type { Json } from './arbitraries/services.ts';
import { zones } from './arbitraries/words.ts';
import { isIn, ObjectServer } from './object-server.ts';
import { compareTexts } from './tables.ts';

const pollMs = 10;
/** The first round may have begun before the cluster was replaced; the third begins when the second is served. */
const roundsUntilServed = 3;
/** A start takes a CPU-second, which at a low priority on a busy machine is minutes. What hangs, hangs for longer. */
const startWithinMs = 600_000;
/** Two lists of ours, and a publication, on a busy machine. */
const patienceMs = 3_000;

/** Keeps any table from being empty, for an empty one is not served. */
const marker: Json = {
  kind: 'RouteGroup',
  metadata: { namespace: 'shop', name: 'marker' },
  spec: {
    hosts: ['marker.example.org'],
    backends: [{ name: 'none', type: 'shunt' }],
    defaultBackends: [{ backendName: 'none' }],
  },
};
const markers = [marker, { ...marker, metadata: { namespace: 'default', name: 'marker' } }];

const leftOutMessage = /^ignoring route (\w+): Skipper could not read it/;

interface OurTable {
  /** Ids of routes that are missing because Skipper could not have read them. */
  readonly leftOut: readonly string[];
  /** For everybody, or for a zone. */
  readonly text: (zone: string | undefined) => string;
}

/** Our table, by the flags. */
export class OurCompiler {
  readonly #options: CompileOptions;
  readonly #namespace: string | undefined;

  /** @throws Error when the flags are refused. */
  constructor(args: readonly string[], defaultFilters: ReadonlyMap<string, string>) {
    const { values, problems } = readFlags(args, () => '');
    const complaints = new Complaints();
    this.#options = { ...compileOptions(values, complaints), defaultFilters };
    const all = [...problems, ...complaints.messages];
    if (all.length > 0) throw new Error(all.join('\n'));
    const namespace = values.text('kubernetes-namespace');
    this.#namespace = namespace === '' ? undefined : namespace;
  }

  compile(objects: readonly Json[]): OurTable {
    const listed = objects.filter((object) => isIn(object, this.#namespace));
    const { routes, problems } = compile(loadState(listed as unknown as readonly Manifest[]).state, this.#options);
    return {
      leftOut: problems.flatMap(({ message }) => leftOutMessage.exec(message)?.[1] ?? []),
      text: (zone) => printRoutes(zone === undefined ? routes : routes.map((route) => narrowToZone(route, zone))),
    };
  }
}

export interface ContestOptions {
  readonly flags: FlagSet;
  /** Whether our program runs, too. */
  readonly withProgram: boolean;
  /** How long a start or a round may take. */
  readonly deadlineMs?: number;
}

/** Both servers, with one set of flags. */
export class Contest {
  readonly #folder: string;
  readonly #compiler: OurCompiler;
  readonly #deadlineMs: number;
  readonly #forOriginal = new ObjectServer();
  readonly #forOurs = new ObjectServer();
  /** What the original wrote when it crashed: such a cluster has no table to compare with. */
  readonly #crashes: string[] = [];
  #originalArgs: readonly string[] = [];
  /** Tables of the original that Skipper could not have read. */
  #unreadable = 0;
  #original: Running | undefined;
  #ours: Running | undefined;

  private constructor(folder: string, compiler: OurCompiler, deadlineMs: number) {
    this.#folder = folder;
    this.#compiler = compiler;
    this.#deadlineMs = deadlineMs;
  }

  static async start({ flags, withProgram, deadlineMs = startWithinMs }: ContestOptions): Promise<Contest> {
    const folder = mkdtempSync(join(tmpdir(), 'differential-'));
    const files = flags.defaultFilters === undefined ? [] : Object.entries(flags.defaultFilters);
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const args = [...flags.args, ...(flags.defaultFilters === undefined ? [] : [`-default-filters-dir=${folder}`])];
    const filters = flags.defaultFilters === undefined ? new Map() : readDefaultFilters(folder).files;
    const contest = new Contest(folder, new OurCompiler(args, filters), deadlineMs);
    try {
      await contest.#run(args, withProgram);
      return contest;
    } catch (error) {
      throw new Error(`${reasonOf(error)}\n${await contest.#endWithState()}`, { cause: error });
    }
  }

  /** Stops what runs; gives what can be said of both sides. */
  async #endWithState(): Promise<string> {
    const said = [
      `the original: ${this.#forOriginal.state}`,
      this.#original?.state ?? 'not started',
      `ours: ${this.#forOurs.state}`,
      this.#ours?.state ?? 'not started',
    ].join('\n');
    await this.stop();
    return said;
  }

  async #run(args: readonly string[], withProgram: boolean): Promise<void> {
    const common = (url: string) => [...args, `-kubernetes-url=${url}`, `-source-poll-timeout=${pollMs}`];
    this.#forOriginal.show(markers);
    this.#originalArgs = common(await this.#forOriginal.listen());
    await this.#startOriginal();
    if (withProgram) {
      this.#forOurs.show(markers);
      const own = ['-source=poll', '-publish-interval=1ms'];
      this.#ours = await startOurs([...common(await this.#forOurs.listen()), ...own]);
      await this.#ours.answers('/health', 204, this.#deadlineMs);
    }
  }

  get counts(): { readonly crashes: readonly string[]; readonly unreadable: number } {
    return { crashes: this.#crashes, unreadable: this.#unreadable };
  }

  /** The original's table of the cluster that was last compared. */
  theirTable(): Promise<string> {
    return tableOf(this.#original, undefined);
  }

  /** What differs between the tables of this cluster. */
  async differences(cluster: readonly Json[]): Promise<readonly string[]> {
    const objects = [...cluster, ...markers];
    this.#forOriginal.show(objects);
    this.#forOurs.show(objects);
    if (!(await this.#isShown())) {
      await this.#startAgain();
      return [];
    }
    const own = this.#compiler.compile(objects);
    const found: string[] = [];
    for (const zone of [undefined, ...zones]) {
      const theirs = await tableOf(this.#original, zone);
      const where = zone === undefined ? '' : ` [/routes/${zone}]`;
      const compared = compareTexts(theirs, own.text(zone), own.leftOut);
      if (!compared.isWhole) this.#unreadable += 1;
      found.push(...compared.differences.map((line) => line + where));
      // A program's difference costs seconds of patience, so it is looked for when there is no other.
      if (this.#ours !== undefined && found.length === 0)
        found.push(...(await this.#programDifferences(theirs, zone, own.leftOut)));
      if (found.length > 0) break;
    }
    return found;
  }

  /** Waits until the original serves the objects, or has crashed. */
  async #isShown(): Promise<boolean> {
    const original = this.#original;
    let isShown = false;
    void this.#forOriginal.rounds(roundsUntilServed).then(() => (isShown = true));
    const explain = () => Promise.resolve(`${this.#forOriginal.state}\n${original?.state ?? ''}`);
    await until(
      { what: 'the original to list the cluster', deadlineMs: this.#deadlineMs, intervalMs: 2, explain },
      () => Promise.resolve(isShown || original?.hasExited === true),
    );
    return isShown;
  }

  /** Somebody else may take a port between the moment it was found free and the one it is used. */
  async #startOriginal(): Promise<void> {
    for (;;) {
      this.#original = await startOriginal(this.#originalArgs);
      try {
        await this.#original.answers('/health', 204, this.#deadlineMs);
        return;
      } catch (error) {
        const { output } = this.#original;
        await this.#original.stop();
        if (!output.includes('address already in use')) throw error;
      }
    }
  }

  async #startAgain(): Promise<void> {
    const output = this.#original?.output ?? '';
    this.#crashes.push(/^panic: .*$/m.exec(output)?.[0] ?? output);
    await this.#original?.stop();
    this.#forOriginal.show(markers);
    await this.#startOriginal();
  }

  /** Our program shows the cluster sooner or later: what it does not show in time is a difference. */
  async #programDifferences(
    theirs: string,
    zone: string | undefined,
    leftOut: readonly string[],
  ): Promise<readonly string[]> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      const { differences: found } = compareTexts(theirs, await tableOf(this.#ours, zone), leftOut);
      if (found.length === 0 || performance.now() > giveUpAt) return found.map((line) => `${line} [our program]`);
      await this.#forOurs.rounds(2);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#original?.stop(), this.#ours?.stop()]);
    this.#forOriginal.close();
    this.#forOurs.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function tableOf(server: Running | undefined, zone: string | undefined): Promise<string> {
  const response = await fetch(`${server?.url ?? ''}/routes${zone === undefined ? '' : `/${zone}`}`, {
    headers: { 'accept-encoding': 'identity' },
  });
  if (response.status !== 200) throw new Error(`${response.url} answered ${response.status}`);
  return await response.text();
}
