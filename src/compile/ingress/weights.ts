/** Gets the text of the backend weights annotation, a JSON object of numbers, gives weights by Service name. */

export interface Weights {
  readonly weights: ReadonlyMap<string, number>;
  readonly problem?: string;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const noWeights: Weights = { weights: new Map() };

/** A weight that is no number counts as 0 and the others stay, as Go's decoder leaves them. */
export function parseWeights(text: string | undefined): Weights {
  const parsed = text === undefined ? null : parseJson(text);
  if (parsed === null) return noWeights;
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    return { weights: new Map(), problem: 'it must be a JSON object such as {"my-service": 80}' };
  }
  const entries = Object.entries(parsed).map(([name, weight]): [string, unknown] => [name, weight ?? 0]);
  const wrong = entries.filter(([, weight]) => typeof weight !== 'number' || !Number.isFinite(weight));
  const weights = new Map(entries.map(([name, weight]) => [name, Number.isFinite(weight) ? Number(weight) : 0]));
  if (wrong.length === 0) return { weights };
  return { weights, problem: `the weight of ${wrong.map(([name]) => name).join(', ')} must be a number` };
}
