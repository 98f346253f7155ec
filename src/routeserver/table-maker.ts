/**
 * Gets changes of the cluster; gives its table, and tells what is wrong in it.
 */
import { TableCompiler } from '../compile/index.ts';
import type { StaticCompileOptions, TableChange } from '../compile/index.ts';
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
    if (changes.isWhole) this.#compiler.replace(changes.kinds, changes.objects);
    else this.#compiler.change(changes.objects);
    if (defaultFilters() !== this.#defaultFilters) {
      this.#defaultFilters = defaultFilters();
      this.#compiler.setDefaultFilters(this.#defaultFilters);
    }
    shards.update(this.#compiler.lookup);
    const change = await this.#compile();
    this.#lines.change(change.lines);
    problems.update(change.problems, changes.undecodable);
    return this.#lines.chunks;
  }

  /** In slices: requests are answered while a large cluster is compiled. */
  async #compile(): Promise<TableChange> {
    const slicing = new Slicing(this.#options.clock);
    const run = this.#compiler.run();
    for (;;) {
      const { done, value } = run.next();
      if (done === true) return value;
      if (slicing.isOver) await slicing.pause();
    }
  }
}
