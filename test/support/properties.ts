/**
 * Gets properties; checks them with fast-check, by default with the same values each time, so that a run of CI can be
 * repeated.
 *
 *   FC_SEED=7 FC_RUNS=1000 npm run test:unit -- eskip
 *
 * FC_SEED takes other values; FC_RUNS stands for fast-check's 100 runs, and a property that asks for more or fewer gets
 * more in the same proportion, never fewer. `npm run test:properties` does both, with a seed that it prints.
 */
import * as fc from 'fast-check';

export * from 'fast-check';

const defaultRuns = 100;
const seed = numberFrom('FC_SEED', 20_261_122);
const factor = Math.max(1, numberFrom('FC_RUNS', defaultRuns) / defaultRuns);

function numberFrom(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback);
  if (Number.isInteger(value)) return value;
  throw new Error(`${name} is ${JSON.stringify(process.env[name])}, expected a whole number`);
}

/** As fast-check's own `assert`, which it stands in for; what a property asks for beside seed and runs stays. */
export function assert<Values>(property: fc.IAsyncProperty<Values>, wanted?: fc.Parameters<Values>): Promise<void>;
export function assert<Values>(property: fc.IProperty<Values>, wanted?: fc.Parameters<Values>): void;
export function assert<Values>(
  property: fc.IRawProperty<Values>,
  wanted: fc.Parameters<Values> = {},
): Promise<void> | void {
  const numRuns = Math.ceil((wanted.numRuns ?? defaultRuns) * factor);
  return fc.assert(property, { seed, ...wanted, numRuns });
}
