/** Gets the comparison of two tables; gives it for a person, or as JSON for a program. */
import type { Comparison, DifferenceClass, DifferenceSample } from '../../shadow/index.ts';
import { counted } from '../../api/index.ts';
import { differencesIn } from '../table/surviving.ts';

/** The tables, by the names that the person gave. */
export interface TableNames {
  readonly a: string;
  readonly b: string;
}

/** The text of a route in each table, `undefined` where it has none. */
export type RouteTexts = (routeId: string) => { readonly a: string | undefined; readonly b: string | undefined };

/** A line for each route, and the sum. With `routes`, each is followed by its whole text in both tables. */
export function differenceText(comparison: Comparison, names: TableNames, routes?: RouteTexts): string {
  const lines = inOrder(differencesIn(comparison)).map(
    (sample) => `${line(sample, names)}\n${bodies(sample.routeId, routes)}`,
  );
  return [...lines, ...(lines.length > 0 ? ['\n'] : []), summary(comparison, names)].join('');
}

function line({ routeId, kind, difference }: DifferenceSample, names: TableNames): string {
  const [sign, what] = told(kind, difference, names);
  return `${sign} ${routeId}: ${what}`;
}

/** The comparison speaks of a direct table and the route server's; here they are whatever the person gave. */
function told(kind: DifferenceClass, difference: string, { a, b }: TableNames): readonly [sign: string, what: string] {
  switch (kind) {
    case 'Missing':
      return ['-', `only in ${a}`];
    case 'Extra':
      return ['+', `only in ${b}`];
    case 'Predicates':
    case 'Filters':
    case 'Backend':
    case 'EndpointLag':
    case 'RejectedBySkipper':
      return ['~', difference];
  }
}

function bodies(routeId: string, routes: RouteTexts | undefined): string {
  if (routes === undefined) return '';
  const { a, b } = routes(routeId);
  return `${a === undefined ? '' : `    - ${a}\n`}${b === undefined ? '' : `    + ${b}\n`}`;
}

function summary({ counts, routes }: Pick<Comparison, 'counts' | 'routes'>, { a, b }: TableNames): string {
  const tolerated = [
    ...(counts.tolerated > 0 ? [`${counts.tolerated} tolerated`] : []),
    ...(counts.rejected > 0 ? [`${counts.rejected} rejected by ${b}`] : []),
  ];
  if (!isDifferent(counts)) {
    return `${[`no difference in ${counted(routes.direct, 'route')}`, ...tolerated].join(', ')}\n`;
  }
  const parts = [`${counts.removed} only in ${a}`, `${counts.added} only in ${b}`, `${counts.changed} changed`];
  const sizes = `${counted(routes.direct, 'route')} in ${a}, ${routes.routeServer} in ${b}`;
  return `${sizes}: ${[...parts, ...tolerated].join(', ')}\n`;
}

/** Whether anything differs that is not tolerated. */
export function isDifferent({ added, removed, changed }: Comparison['counts']): boolean {
  return added + removed + changed > 0;
}

/**
 * A line for each difference that is tolerated, and for each route that was rejected.
 * @param skipper who rejected them
 */
export function asideText({ tolerated, rejected = [], counts }: Comparison, skipper: string): string {
  const harmless = inOrder(tolerated).map(
    ({ routeId, kind, difference }) => `tolerated: ${routeId}: ${kind}: ${difference}`,
  );
  const named = inOrder(rejected).map(({ routeId, difference }) => `rejected: ${routeId}: ${difference}`);
  const unnamed = counts.rejected - rejected.length;
  const others = unnamed > 0 ? [`rejected: ${counted(unnamed, 'route')} that ${skipper} does not list`] : [];
  return [...harmless, ...named, ...others].map((text) => `${text}\n`).join('');
}

/** For JSON, with what does not count where `ofConfig`. `kind` has the words of `shadow.tolerate[].class`: `Missing` is missing in B, `Extra` is only in B. */
export function differenceValue(comparison: Comparison, names: TableNames, ofConfig = false): object {
  const { counts, routes, digests, rejected = [] } = comparison;
  return {
    different: isDifferent(counts),
    a: { table: names.a, routes: routes.direct, digest: digests.direct },
    b: { table: names.b, routes: routes.routeServer, digest: digests.routeServer },
    counts: {
      onlyInA: counts.removed,
      onlyInB: counts.added,
      changed: counts.changed,
      tolerated: counts.tolerated,
      ...(ofConfig ? { rejected: counts.rejected } : {}),
    },
    differences: inOrder(differencesIn(comparison)).map(({ routeId, kind, difference }) => {
      return { routeId, kind, difference: told(kind, difference, names)[1] };
    }),
    ...(ofConfig ? { tolerated: inOrder(comparison.tolerated), rejected: inOrder(rejected) } : {}),
  };
}

function inOrder(samples: readonly DifferenceSample[]): readonly DifferenceSample[] {
  return samples.toSorted((a, b) => (a.routeId < b.routeId ? -1 : 1));
}
