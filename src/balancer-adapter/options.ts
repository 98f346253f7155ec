/** What options of the adapters may be: get whose option it is and its value, give the value, or throw. */
import { BalancerError } from '../balancer/index.ts';

/** Of a timer, in ms: Node lets a longer one fire at once. */
export const longestTimer = 2 ** 31 - 1;

/** Whose option it is, such as `the balanced dispatcher`, and its name. */
export interface OptionOf {
  readonly of: string;
  readonly option: string;
}

/** @throws BalancerError RSRV_BALANCER_OPTION when it is no number from `least` to `most`. */
export function numberIn(which: OptionOf, least: number, value: number, most = Infinity): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const range = value > most ? `at most ${most}` : `a number, and at least ${least}`;
  throw wrong(which, range, value);
}

/** @throws BalancerError RSRV_BALANCER_OPTION when it is empty or no text. */
export function nameIn(which: OptionOf, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(which, 'a text that is not empty', JSON.stringify(value));
}

/** @throws BalancerError RSRV_BALANCER_OPTION when it is none of the names. */
export function oneIn<Name extends string>(which: OptionOf, names: readonly Name[], value: string): Name {
  const known = names.find((name) => name === value);
  if (known !== undefined) return known;
  throw wrong(which, `one of ${names.join(', ')}`, value);
}

function wrong({ of, option }: OptionOf, rule: string, value: unknown): BalancerError {
  return new BalancerError(
    'RSRV_BALANCER_OPTION',
    `Option ${option} of ${of} must be ${rule}, but is ${String(value)}.`,
  );
}
