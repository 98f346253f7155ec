/**
 * Gets measurements, thousands a second; gives them as the Prometheus text of histograms.
 *
 * prom-client looks its labels up at each observation, which costs more than everything else that is done for it. A
 * tally whose labels never change counts in an array, and is put into words when somebody reads the metrics.
 */

/** One distribution; several metrics may show it. */
export class Tally {
  readonly #upTo: readonly number[];
  /** By bucket, each without those below it; the last is for what is above all bounds. */
  readonly #counts: number[];
  #sum = 0;

  /** `upTo` are the upper bounds of the buckets, ascending, in the unit of what is observed. */
  constructor(upTo: readonly number[]) {
    this.#upTo = upTo;
    this.#counts = Array.from({ length: upTo.length + 1 }, () => 0);
  }

  /** Takes one measurement. */
  observe(value: number): void {
    let at = 0;
    while (value > (this.#upTo[at] ?? Infinity)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  /** The text, as prom-client has it: nothing with labels shows before it was observed. Ends without a line break. */
  text(name: string, help: string, labels: Readonly<Record<string, string>>): string {
    const own = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const head = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
    const count = this.#counts.reduce((sum, some) => sum + some, 0);
    if (own.length > 0 && count === 0) return head.join('\n');
    const braced = own.length > 0 ? `{${own.join(',')}}` : '';
    const totals = [`${name}_sum${braced} ${String(this.#sum)}`, `${name}_count${braced} ${String(count)}`];
    return [...head, ...this.#buckets(name, own), ...totals].join('\n');
  }

  #buckets(name: string, own: readonly string[]): readonly string[] {
    let upToHere = 0;
    return this.#counts.map((some, at) => {
      upToHere += some;
      const bound = `le="${String(this.#upTo[at] ?? '+Inf')}"`;
      return `${name}_bucket{${[bound, ...own].join(',')}} ${String(upToHere)}`;
    });
  }
}
