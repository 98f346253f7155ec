/** What options may be: get the name and the value of one, give the value, or throw when it has no meaning. */
import { wrongOption } from './balancer-error.ts';

/** @throws BalancerError RSRV_BALANCER_OPTION */
export function positive(option: string, value: number): number {
  if (!(value > 0)) throw wrongOption(option, 'must be more than 0', value);
  if (!Number.isFinite(value)) throw wrongOption(option, 'must be a number that ends', value);
  return value;
}

/** @throws BalancerError RSRV_BALANCER_OPTION */
export function share(option: string, value: number): number {
  if (!(typeof value === 'number' && value >= 0 && value <= 1)) throw wrongOption(option, 'must be 0 to 1', value);
  return value;
}

/** @throws BalancerError RSRV_BALANCER_OPTION */
export function wholeFrom(least: number, option: string, value: number): number {
  if (!(Number.isInteger(value) && value >= least))
    throw wrongOption(option, `must be a whole number from ${least}`, value);
  return value;
}

/** @throws BalancerError RSRV_BALANCER_OPTION */
export function oneOf<Name extends string>(option: string, names: readonly Name[], value: string): Name {
  const known = names.find((name) => name === value);
  if (known === undefined) throw wrongOption(option, `must be one of ${names.join(', ')}`, value);
  return known;
}
