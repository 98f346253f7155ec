/**
 * Gets flags as they were given, in order; gives their values by name, by Go's rules.
 */
import { parseGoBool, parseGoDuration } from '../../api/index.ts';

/** One occurrence of a flag, from the command line or from a file. */
export interface GivenFlag {
  /** Without dashes. */
  readonly name: string;
  readonly value: string;
}

/** Values of flags. Where a flag was given twice, the last one counts, except in `all`. */
export class FlagValues {
  readonly #values = new Map<string, string[]>();

  constructor(given: readonly GivenFlag[]) {
    for (const { name, value } of given) {
      const known = this.#values.get(name);
      if (known === undefined) this.#values.set(name, [value]);
      else known.push(value);
    }
  }

  text(name: string, fallback = ''): string {
    return this.#values.get(name)?.at(-1) ?? fallback;
  }

  isSet(name: string, fallback = false): boolean {
    return parseGoBool(this.text(name)) ?? fallback;
  }

  integer(name: string, fallback: number): number {
    const value = Number(this.text(name, String(fallback)).replaceAll('_', ''));
    return Number.isSafeInteger(value) ? value : fallback;
  }

  durationMs(name: string, fallbackMs: number): number {
    return parseGoDuration(this.text(name)) ?? fallbackMs;
  }

  /** The parts of a comma separated value. */
  list(name: string): readonly string[] {
    const value = this.text(name);
    return value === '' ? [] : value.split(',');
  }

  /** Every value of a flag that may be repeated, in the order given. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}
