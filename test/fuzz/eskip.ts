/**
 * Gets a seed and a number of texts; asks Skipper's own parser about each: does it take the same, and does it print
 * the same routes?
 *
 * Its program reads one text per process. Its route server reads one per annotation, so that hundreds are asked about
 * in a few milliseconds; what it prints of them is compared route by route.
 */
import fc from 'fast-check';
import { parseFilters, parsePredicates, parseRoutes } from '../../src/eskip/index.ts';
import { Contest } from '../differential/contest.ts';
import type { Json } from '../differential/arbitraries/services.ts';
import { filterTexts, predicateTexts, routeTexts } from './eskip-texts.ts';

export interface EskipParity {
  readonly texts: number;
  /** Texts that are eskip. */
  readonly taken: number;
  /** A text that both read differently, and what differs. */
  readonly difference:
    { readonly annotation: string; readonly text: string; readonly lines: readonly string[] } | undefined;
}

const annotations = {
  'zalando.org/skipper-routes': { texts: routeTexts, isTaken: (text: string) => parseRoutes(text).ok },
  'zalando.org/skipper-predicate': { texts: predicateTexts, isTaken: (text: string) => parsePredicates(text).ok },
  'zalando.org/skipper-filter': { texts: filterTexts, isTaken: (text: string) => parseFilters(text).ok },
} as const;
type Annotation = keyof typeof annotations;
const names = Object.keys(annotations) as readonly Annotation[];
const textsPerTable = 200;

const text = fc.oneof(
  ...names.map((annotation) => annotations[annotation].texts.map((written) => ({ annotation, written }))),
);
type Written = typeof text extends fc.Arbitrary<infer T> ? T : never;

function isTaken({ annotation, written }: Written): boolean {
  return annotations[annotation].isTaken(written);
}

/** Each text is in an Ingress of its own, of a host of its own. */
function ingressOf({ annotation, written }: Written, index: number): Json {
  const backend = { service: { name: 'stock', port: { number: 80 } } };
  return {
    kind: 'Ingress',
    metadata: { namespace: 'shop', name: `i${index}`, annotations: { [annotation]: written } },
    spec: { rules: [{ host: `i${index}.example.org`, http: { paths: [{ backend }] } }] },
  };
}

const service: readonly Json[] = [
  {
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'stock' },
    spec: { type: 'ClusterIP', ports: [{ port: 80, targetPort: 80 }] },
  },
  {
    kind: 'Endpoints',
    metadata: { namespace: 'shop', name: 'stock' },
    subsets: [{ addresses: [{ ip: '10.2.0.1' }], ports: [{ port: 80 }] }],
  },
];
const flags = {
  args: ['-kubernetes-https-redirect=false', '-kubernetes-disable-catchall-routes'],
  defaultFilters: undefined,
};

/** Whether both take the texts and read the same in them; what differs, one line each. */
async function differencesOf(contest: Contest, written: readonly Written[]): Promise<readonly string[]> {
  const found = await contest.differences([...service, ...written.map(ingressOf)]);
  if (found.length > 0) return found;
  // Of tables with a route that Skipper cannot read back, only a part is compared: so look for each text, too.
  const theirs = await contest.theirTable();
  return written.flatMap((one, index) => {
    const isTheirs = theirs.includes(`kube_shop__i${index}__`);
    if (isTheirs === isTaken(one)) return [];
    return [isTheirs ? 'Skipper takes it, we do not' : 'we take it, Skipper does not'];
  });
}

async function smallest(contest: Contest, written: readonly Written[]): Promise<EskipParity['difference']> {
  for (const one of written) {
    const lines = await differencesOf(contest, [one]);
    if (lines.length > 0) return { annotation: one.annotation, text: one.written, lines };
  }
  throw new Error('texts are read differently together, but not one by one');
}

export async function eskipParity(options: { readonly texts: number; readonly seed: number }): Promise<EskipParity> {
  const tables = Math.ceil(options.texts / textsPerTable);
  const contest = await Contest.start({ flags, withProgram: false });
  let taken = 0;
  try {
    for (let table = 0; table < tables; table++) {
      const written = fc.sample(text, { seed: options.seed + table, numRuns: textsPerTable });
      taken += written.filter(isTaken).length;
      if ((await differencesOf(contest, written)).length === 0) continue;
      return { texts: (table + 1) * textsPerTable, taken, difference: await smallest(contest, written) };
    }
    return { texts: tables * textsPerTable, taken, difference: undefined };
  } finally {
    await contest.stop();
  }
}
