/**
 * Gets changes of the cluster; gives its table, and tells what is wrong in it.
 */
import { TableCompiler } from '../compile/index.ts';
import type { ChangedLines, ObjectChange, PrintedRoutes, StaticCompileOptions, TableChange } from '../compile/index.ts';
import type { Clock } from '../runtime/index.ts';
import type { ProblemLog } from './problem-log.ts';
import type { Shards } from './shards.ts';
import type { Chunk } from './snapshot/chunk.ts';
import { LineTable } from './snapshot/line-table.ts';
import { Slicing } from './snapshot/slicing.ts';
import type { Source } from './source/changes.ts';

export interface TableMakerOptions {
  readonly compile: StaticCompileOptions;
  readonly source: Pick<Source, 'takeChanges'>;
  /** Texts of default filters by file name; another map when one of them has changed. */
  readonly defaultFilters: () => ReadonlyMap<string, string>;
  readonly problems: ProblemLog;
  readonly shards: Shards;
  readonly clock: Clock;
}

/** So many objects or lines are taken at a time: a few milliseconds of work. */
const perSlice = 1_000;
/** So many steps of the compiler between two looks at the clock: an object is some 50 µs of work. */
const stepsPerLook = 4;

/** Keeps a table up to date, for work that is in proportion to what changes. */
export class TableMaker {
  readonly #options: TableMakerOptions;
  readonly #compiler: TableCompiler;
  readonly #lines = new LineTable();
  #defaultFilters: ReadonlyMap<string, string>;

  constructor(options: TableMakerOptions) {
    this.#options = options;
    this.#defaultFilters = options.defaultFilters();
    this.#compiler = new TableCompiler({ ...options.compile, defaultFilters: this.#defaultFilters });
  }

  /** Compiles what has changed; undefined while the cluster is not known completely. One call at a time. */
  async make(): Promise<readonly Chunk[] | undefined> {
    const { source, shards, problems, defaultFilters } = this.#options;
    const changes = source.takeChanges();
    if (changes === undefined) return undefined;
    const { isWhole, kinds, objects } = changes;
    await this.#take(isWhole ? this.#compiler.changesTo(kinds, objects) : objects);
    if (defaultFilters() !== this.#defaultFilters) {
      this.#defaultFilters = defaultFilters();
      this.#compiler.setDefaultFilters(this.#defaultFilters);
    }
    shards.update(this.#compiler.lookup);
    const change = await this.#compile();
    await this.#append(change.all ?? []);
    await this.#merge(change.lines);
    problems.update(change.problems, changes.undecodable);
    return this.#lines.chunks;
  }

  async #take(objects: readonly ObjectChange[]): Promise<void> {
    const slicing = new Slicing(this.#options.clock);
    for (let at = 0; at < objects.length; at += perSlice) {
      this.#compiler.change(objects.slice(at, at + perSlice));
      if (slicing.isOver) await slicing.pause();
    }
  }

  /** The first time: nothing is there to merge with. */
  async #append(lines: readonly PrintedRoutes[]): Promise<void> {
    const slicing = new Slicing(this.#options.clock);
    for (let at = 0; at < lines.length; at += perSlice) {
      this.#lines.append(lines.slice(at, at + perSlice));
      if (slicing.isOver) await slicing.pause();
    }
  }

  /** Sorted, so that each part touches chunks that no other one does, but for one at its end. */
  async #merge(lines: ChangedLines): Promise<void> {
    const slicing = new Slicing(this.#options.clock);
    const ids = [...lines.keys()].sort();
    for (let at = 0; at < ids.length; at += perSlice) {
      this.#lines.change(new Map(ids.slice(at, at + perSlice).map((id) => [id, lines.get(id)])));
      if (slicing.isOver) await slicing.pause();
    }
  }

  /** In slices: requests are answered while a large cluster is compiled. */
  async #compile(): Promise<TableChange> {
    const slicing = new Slicing(this.#options.clock);
    const run = this.#compiler.run();
    for (let steps = 1; ; steps++) {
      const { done, value } = run.next();
      if (done === true) return value;
      if (steps % stepsPerLook === 0 && slicing.isOver) await slicing.pause();
    }
  }
}
