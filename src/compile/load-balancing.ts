/** Load balancing: the algorithms that Skipper knows, and endpoints that users list themselves. */

import type { Backend, LbEndpoint } from '../eskip/index.ts';
import { parseGoUrl } from './go-url.ts';

const algorithms: ReadonlySet<string> = new Set([
  'roundRobin',
  'random',
  'consistentHash',
  'powerOfRandomNChoices',
  'weightedRoundRobin',
  'leastRequests',
]);

/** `''` leaves it to the default and is known as well. */
export function isKnownAlgorithm(name: string): boolean {
  return name === '' || algorithms.has(name);
}

/** The flag's value, or round robin where that is empty or unknown: Skipper ignores a bad default in silence. */
export function effectiveDefaultAlgorithm(name: string): string {
  return algorithms.has(name) ? name : 'roundRobin';
}

/** An endpoint that a user lists. Its zone can be given as a query parameter, which is not part of the address. */
export function userEndpoint(text: string): LbEndpoint {
  const query = parseGoUrl(text)?.query ?? '';
  const parameters = new URLSearchParams(query);
  const zone = parameters.get('zone') ?? '';
  if (zone === '') return { address: text };
  parameters.delete('zone');
  const rest = parameters.toString();
  return { address: text.slice(0, text.indexOf('?')) + (rest === '' ? '' : `?${rest}`), zone };
}

/** One endpoint needs no balancing: it is a plain network backend. */
export function balanced(endpoints: readonly LbEndpoint[], algorithm: string): Backend {
  const only = endpoints[0];
  if (only !== undefined && endpoints.length === 1) return { type: 'network', address: only.address };
  return { type: 'lb', algorithm, endpoints };
}
