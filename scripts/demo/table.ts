/** Gets what the demo sees, gives the lines it shows: a table that is redrawn on a terminal, plain lines elsewhere. */

/** One look at the cluster. */
export interface Row {
  readonly mode: string;
  readonly effective: string;
  readonly percent: string;
  readonly skippers: string;
  readonly shadow: string;
  readonly routes: string;
  readonly requests: string;
  /** What the operator says about where it stands. */
  readonly message: string;
}

const columns: readonly { readonly title: string; readonly field: keyof Row; readonly width: number }[] = [
  { title: 'MODE', field: 'mode', width: 6 },
  { title: 'EFFECTIVE', field: 'effective', width: 10 },
  { title: 'PERCENT', field: 'percent', width: 8 },
  { title: 'SKIPPERS direct/fed', field: 'skippers', width: 20 },
  { title: 'SHADOW', field: 'shadow', width: 13 },
  { title: 'ROUTES', field: 'routes', width: 7 },
  { title: 'REQUESTS failed/sent', field: 'requests', width: 20 },
];

const line = (cells: (field: keyof Row, title: string) => string): string =>
  columns.map(({ field, title, width }) => cells(field, title).padEnd(width)).join(' ');

/** Shows rows on `out`. */
export class Table {
  readonly #out: NodeJS.WriteStream;
  #drawn = 0;
  #last = '';
  #isTitled = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** Ends the table so that what is printed next stands below it. */
  release(): void {
    this.#drawn = 0;
    this.#last = '';
  }

  show(row: Row): void {
    if (this.#out.isTTY) this.#redraw(row);
    else this.#append(row);
  }

  #redraw(row: Row): void {
    const width = this.#out.columns;
    const lines = [line((_, title) => title), line((field) => row[field]), `  ${row.message}`];
    if (this.#drawn > 0) this.#out.write(`\x1b[${this.#drawn}A`);
    for (const text of lines) this.#out.write(`\x1b[2K${text.slice(0, width - 1)}\n`);
    this.#drawn = lines.length;
  }

  /** A line per change; the counter of requests changes all the time and is no change. */
  #append(row: Row): void {
    const signature = JSON.stringify({ ...row, requests: '' });
    if (signature === this.#last) return;
    this.#last = signature;
    if (!this.#isTitled) this.#out.write(`  ${line((_, title) => title).trimEnd()}\n`);
    this.#isTitled = true;
    this.#out.write(`  ${line((field) => row[field]).trimEnd()}  ${row.message}\n`);
  }
}
