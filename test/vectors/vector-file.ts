/** Files of placements that Skipper made: gets parsed JSON, gives typed cases, and of others what is wrong with them. */

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

/** A case that says nothing of which it could be told whether it is so. */
export interface MalformedCase {
  readonly name: string;
  /** The field, and what it should be. */
  readonly reason: string;
}

export interface VectorFile {
  readonly cases: readonly VectorCase[];
  readonly malformed: readonly MalformedCase[];
}

type Raw = Readonly<Record<string, unknown>>;
type Problem = string | undefined;

const lists = ['endpoints', 'kept', 'inflight', 'keys', 'picks'] as const;
const fields: ReadonlySet<string> = new Set(['name', 'factor', ...lists]);

/**
 * One bad case leaves the others as they are.
 * @throws Error that names the file, when it is no list of cases at all.
 */
export function readVectors(file: string, content: unknown): VectorFile {
  const raws = isObject(content) ? content['cases'] : undefined;
  if (!Array.isArray(raws)) throw new Error(`${file}: expected an object with a list of cases`);
  if (raws.length === 0) throw new Error(`${file}: its list of cases is empty`);
  const cases: VectorCase[] = [];
  const malformed: MalformedCase[] = [];
  for (const [i, raw] of raws.entries()) {
    const reason = problemOf(raw);
    if (isCase(raw, reason)) cases.push(raw);
    else malformed.push({ name: nameOf(raw, i), reason: reason ?? '' });
  }
  return { cases, malformed };
}

const isCase = (_raw: unknown, problem: Problem): _raw is VectorCase => problem === undefined;

function nameOf(raw: unknown, i: number): string {
  const name = isObject(raw) ? raw['name'] : undefined;
  return typeof name === 'string' ? name : `cases[${i}]`;
}

/** The first thing that is wrong with a case. */
function problemOf(raw: unknown): Problem {
  if (!isObject(raw)) return 'expected an object';
  const unknown = Object.keys(raw).find((field) => !fields.has(field));
  if (unknown !== undefined) return `${unknown}: there is no such field`;
  return fieldProblem(raw) ?? sizeProblem(raw as unknown as VectorCase);
}

function fieldProblem(raw: Raw): Problem {
  const { name, factor } = raw;
  if (typeof name !== 'string') return 'name: expected a string';
  if (!isFactor(factor)) return 'factor: expected 0 for no bound, or a number from 1 on';
  const wrong = lists.find((field) => !isListOf(raw[field], field === 'endpoints' || field === 'keys'));
  if (wrong === undefined) return undefined;
  return `${wrong}: expected a list of ${wrong === 'endpoints' || wrong === 'keys' ? 'strings' : 'whole numbers from 0 on'}`;
}

function sizeProblem({ endpoints, kept, inflight, factor, keys, picks }: VectorCase): Problem {
  if (endpoints.length === 0) return 'endpoints: expected at least one';
  if (kept.length === 0) return 'kept: expected at least one, for filters that leave none are off';
  // Without a bound nobody looks at it.
  if (factor > 0 && inflight.length !== endpoints.length)
    return `inflight: expected ${endpoints.length} numbers, one per endpoint, not ${inflight.length}`;
  if (keys.length === 0) return 'keys: expected at least one';
  if (keys.length !== picks.length) return `picks: expected ${keys.length}, one per key, not ${picks.length}`;
  const [badKept, badPick] = [kept, picks].map((list) => list.find((index) => index >= endpoints.length));
  if (badKept !== undefined) return `kept: there is no endpoint ${badKept}`;
  return badPick === undefined ? undefined : `picks: there is no endpoint ${badPick}`;
}

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFactor = (value: unknown): boolean => value === 0 || (typeof value === 'number' && value >= 1);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isListOf = (value: unknown, ofStrings: boolean): boolean =>
  Array.isArray(value) && value.every((item) => (ofStrings ? typeof item === 'string' : isCount(item)));
