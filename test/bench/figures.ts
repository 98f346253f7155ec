/** Gets what was measured; gives a line for each figure, with the goal and whether it is met. */

export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Each a measurement of its own; the median counts. */
  readonly ours: readonly number[];
  /** Empty where only our own value matters. */
  readonly theirs: readonly number[];
  readonly goal: string;
  /** Missing where there is no goal: such a figure explains others, and is neither met nor missed. */
  readonly isMet?: (ours: number, theirs: number) => boolean;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** NaN without values. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

function brief(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Number(value.toPrecision(3)).toString();
}

/** The median, and from where to where the measurements went. */
function spread(values: readonly number[], unit: string): string {
  if (values.length === 0) return '-';
  const range = values.length === 1 ? '' : ` (${brief(Math.min(...values))}..${brief(Math.max(...values))})`;
  return `${brief(median(values))}${range} ${unit}`;
}

function verdictOf(isMet: boolean | undefined): string {
  if (isMet === undefined) return '-';
  return isMet ? 'met' : 'MISSED';
}

/** One line per figure, then `N met, N missed`. */
export function report(figures: readonly Figure[]): { readonly lines: readonly string[]; readonly missed: number } {
  const rows = figures.map((figure) => {
    const [ours, theirs] = [median(figure.ours), median(figure.theirs)];
    const isMet = figure.isMet?.(ours, theirs);
    const ratio = figure.theirs.length === 0 ? '-' : brief(ours / theirs);
    const line = `${figure.name} | ${spread(figure.ours, figure.unit)} | ${spread(figure.theirs, figure.unit)} | ${ratio} | ${figure.goal} | ${verdictOf(isMet)}`;
    return { isMet, line };
  });
  const met = rows.filter(({ isMet }) => isMet === true).length;
  const missed = rows.filter(({ isMet }) => isMet === false).length;
  const head = ['figure | ours | theirs | ratio | goal |', '--- | --- | --- | --- | --- | ---'];
  const last = `${String(met)} met, ${String(missed)} missed`;
  return { lines: [...head, ...rows.map(({ line }) => line), '', last], missed };
}
