/** Gets routes and where they come from; gives them as text, which is all that is kept of a route. */

import { printRoute, type Route } from '../../eskip/index.ts';
import { compareText } from '../cluster.ts';
import type { CompileOptions } from '../options.ts';
import type { Problem } from '../problem.ts';
import { addedRoutes, changedRoute } from '../route-changes.ts';

/** Parts of the table in the order in which routes with the same id win over each other. */
export const sections = { defaults: 0, hosts: 1, eastWest: 2, routeGroups: 3, others: 4 } as const;

/** Where a route stands among all others before they are sorted. */
export interface Place {
  readonly section: number;
  readonly host: string;
  readonly owner: string;
  /** Within the owner. */
  readonly index: number;
}

/** Lines of the table with one id: one route, or several that `-clone-route` gave the same name. */
export interface PrintedRoutes {
  readonly id: string;
  /** eskip, a route a line, without a newline at the end. */
  readonly text: string;
  readonly count: number;
}

/**
 * A route that wants its place in the table, as it was compiled; two routes with equal texts are no conflict. It is its
 * own line of the table, for a second object for each route would be a tenth of all memory.
 */
export interface Piece extends Place, PrintedRoutes {
  /** What the flags make of it; `undefined` when they leave it as it is. */
  readonly changed?: readonly PrintedRoutes[];
  readonly problems?: readonly Problem[];
}

export function comparePlaces(a: Place, b: Place): number {
  return a.section - b.section || compareText(a.host, b.host) || compareText(a.owner, b.owner) || a.index - b.index;
}

/** The lines that a piece puts into the table. */
export function linesOf(piece: Piece): readonly PrintedRoutes[] {
  return piece.changed ?? [piece];
}

function printById(routes: readonly Route[]): readonly PrintedRoutes[] {
  const printed = new Map<string, PrintedRoutes>();
  for (const route of routes) {
    const { id } = route;
    const before = printed.get(id);
    const text = printRoute(route);
    const whole = before === undefined ? text : [before.text, text].join('\n');
    printed.set(id, { id, text: whole, count: (before?.count ?? 0) + 1 });
  }
  return [...printed.values()];
}

function hasChanges({ defaultFilterFlags, editRoutes, cloneRoutes }: CompileOptions): boolean {
  const { prepend, append } = defaultFilterFlags;
  return prepend.length + append.length + editRoutes.length + cloneRoutes.length > 0;
}

/** Makes a piece of a compiled route. */
export function pieceOf(route: Route, place: Place, options: CompileOptions): Piece {
  const { section, host, owner, index } = place;
  const piece = { section, host, owner, index, id: route.id, text: printRoute(route), count: 1 };
  if (!hasChanges(options)) return piece;
  const { routes, problems } = changedRoute(route, options);
  return { ...piece, changed: printById(routes), ...(problems.length > 0 && { problems }) };
}

/** Pieces of the routes that are in every table which has others. */
export function addedPieces(options: CompileOptions): readonly Piece[] {
  const { routes, problems } = addedRoutes(options);
  const [first] = routes;
  if (first === undefined) return [];
  const place = { section: sections.others, host: '', owner: '~added', index: 0 };
  return [{ ...place, id: first.id, text: printRoute(first), count: 1, changed: printById(routes), problems }];
}
