/** Files of placements that Skipper made: gets parsed JSON, gives typed cases or says what is wrong with the file. */

/** Keys and where Skipper's consistentHash put them. */
export interface VectorCase {
  readonly name: string;
  /** Addresses in route order. */
  readonly endpoints: readonly string[];
  /** Indices of endpoints that passed the filters. */
  readonly kept: readonly number[];
  /** Requests under way, per endpoint. */
  readonly inflight: readonly number[];
  /** Factor of the bounded load; 0 for none. */
  readonly factor: number;
  readonly keys: readonly string[];
  /** Index into `endpoints` for each key. */
  readonly picks: readonly number[];
}

/** @throws Error that names the file, the case and the field. */
export function readVectors(file: string, content: unknown): readonly VectorCase[] {
  const cases = isObject(content) ? content['cases'] : undefined;
  if (!Array.isArray(cases)) throw new Error(`${file}: expected an object with a list of cases`);
  return cases.map((one: unknown, i) => readCase(`${file}: cases[${i}]`, one));
}

function readCase(where: string, raw: unknown): VectorCase {
  if (!isObject(raw)) throw new Error(`${where}: expected an object`);
  const list = <T>(field: string, isItem: (item: unknown) => item is T): readonly T[] => {
    const value = raw[field];
    if (!Array.isArray(value) || !value.every(isItem)) throw new Error(`${where}.${field}: not the list it should be`);
    return value;
  };
  const { name, factor } = raw;
  if (typeof name !== 'string') throw new Error(`${where}.name: expected a string`);
  if (!isNumber(factor)) throw new Error(`${where}.factor: expected a number`);
  const read = {
    name,
    factor,
    endpoints: list('endpoints', isString),
    kept: list('kept', isNumber),
    inflight: list('inflight', isNumber),
    keys: list('keys', isString),
    picks: list('picks', isNumber),
  };
  if (read.keys.length !== read.picks.length)
    throw new Error(`${where}: ${read.keys.length} keys, ${read.picks.length} picks`);
  return read;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
