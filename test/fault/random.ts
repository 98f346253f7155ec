/** Gets a seed; gives choices that are the same for the same seed. */
import { seeded } from '../support/seeded.ts';

/** A source of choices. */
export interface Random {
  /** At least 0 and below 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
}

/** Choices by {@link seeded}: 32 bits of state are plenty for a test, and a seed is a number that a person can type. */
export function randomFrom(seed: number): Random {
  const next = seeded(seed);
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    chance: (probability) => next() < probability,
  };
}

/** `FAULT_SEED` from the environment, to see a failure again; else `fallback`. */
export function seedOf(fallback: number): number {
  return Number(process.env['FAULT_SEED'] ?? fallback);
}
