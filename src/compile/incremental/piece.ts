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
  /** eskip, a route a line, without a newline at the end. */
  readonly text: string;
  readonly count: number;
}

/** A route that wants its place in the table. */
export interface Piece extends Place {
  readonly id: string;
  /** As it was compiled; two routes that are equal in it are no conflict. */
  readonly text: string;
  /** What the flags make of it; `undefined` when they leave it as it is. */
  readonly changed?: ReadonlyMap<string, PrintedRoutes>;
  readonly problems?: readonly Problem[];
}

export function comparePlaces(a: Place, b: Place): number {
  return a.section - b.section || compareText(a.host, b.host) || compareText(a.owner, b.owner) || a.index - b.index;
}

/** The lines that a piece puts into the table, by id. */
export function linesOf(piece: Piece): ReadonlyMap<string, PrintedRoutes> {
  return piece.changed ?? new Map([[piece.id, { text: piece.text, count: 1 }]]);
}

/** Printed text is a tree of small strings until somebody reads it: read once, it takes a tenth of the memory. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

function printById(routes: readonly Route[]): ReadonlyMap<string, PrintedRoutes> {
  const printed = new Map<string, PrintedRoutes>();
  for (const route of routes) {
    const before = printed.get(route.id);
    const text = printRoute(route);
    const whole = before === undefined ? text : `${before.text}\n${text}`;
    printed.set(route.id, { text: flat(whole), count: (before?.count ?? 0) + 1 });
  }
  return printed;
}

function hasChanges({ defaultFilterFlags, editRoutes, cloneRoutes }: CompileOptions): boolean {
  const { prepend, append } = defaultFilterFlags;
  return prepend.length + append.length + editRoutes.length + cloneRoutes.length > 0;
}

/** Makes a piece of a compiled route. */
export function pieceOf(route: Route, place: Place, options: CompileOptions): Piece {
  const piece = { ...place, id: route.id, text: flat(printRoute(route)) };
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
  return [{ ...place, id: first.id, text: printRoute(first), changed: printById(routes), problems }];
}
