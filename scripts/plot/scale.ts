/** Axes: get the values that they have to show, give round ticks and places on the page. */

export interface Scale {
  readonly ticks: readonly number[];
  /** 0 at the beginning of the axis, 1 at its end. */
  readonly at: (value: number) => number;
}

/** From 0, or from the least value when that is below, to the first tick at or above the greatest. */
export function linear(values: readonly number[], most = 6): Scale {
  const shown = values.some((value) => value !== 0) ? values : [1];
  const [least, greatest] = [Math.min(0, ...shown), Math.max(0, ...shown)];
  const step = roundStep((greatest - least) / most);
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(greatest / step));
  // A multiple of the step, not a sum of steps: sums end in 0.30000000000000004.
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { ticks, at: (value) => (value / step - first) / (last - first) };
}

/** Powers of ten that enclose the values, which must be above 0. */
export function logarithmic(values: readonly number[]): Scale {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
  return { ticks, at: (value) => (Math.log10(value) - first) / (last - first) };
}

/** The least of 1, 2 and 5 times a power of ten that is no smaller. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5].find((one) => one * power >= step * (1 - 1e-9)) ?? 10);
}
