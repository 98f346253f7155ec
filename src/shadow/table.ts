/**
 * Gets a table as text. Gives its routes by id, each as the line that it was printed on, and a digest.
 *
 * Two tables of 110,000 routes are nearly the same nearly always. Skipper and the route server print each route on a
 * line of its own, and equal lines are equal routes; only lines that differ have to be parsed.
 */
import { parseRoutes, printRoute } from '../eskip/index.ts';
import type { Route } from '../eskip/index.ts';

/** Lines by route id. Of routes with the same id the last one counts, as in Skipper. */
export type Table = ReadonlyMap<string, string>;

const wholeRoute = /^\s*([a-z_]\w*)\s*:.*;\s*$/i;
const nextRoute = /;\s*[a-z_]\w*\s*:/i;

/** Reads lines without parsing them; `undefined` when a line is not one whole route with an id. */
export function tableOfLines(text: string): Table | undefined {
  const table = new Map<string, string>();
  for (const line of text.split('\n')) {
    const id = wholeRoute.exec(line)?.[1];
    if (id !== undefined && isOneRoute(line)) table.set(id, line);
    else if (line.trim() !== '') return undefined;
  }
  return table;
}

/** A person may write several routes on a line. What looks like a second one may be part of a text. */
function isOneRoute(line: string): boolean {
  if (line.indexOf(';') === line.lastIndexOf(';') || !nextRoute.test(line)) return true;
  return routeOnLine(line) !== undefined;
}

/** Parses the text, however it is laid out; `undefined` when it cannot be parsed. */
export function tableOfText(text: string): Table | undefined {
  const parsed = parseRoutes(text);
  return parsed.ok ? tableOfRoutes(parsed.routes) : undefined;
}

/** The same for routes that are already parsed. */
export function tableOfRoutes(routes: readonly Route[]): Table {
  return new Map(routes.map((route) => [route.id, printRoute(route)]));
}

/** The route on a line; `undefined` when it is not exactly one. */
export function routeOnLine(line: string): Route | undefined {
  const parsed = parseRoutes(line);
  return parsed.ok && parsed.routes.length === 1 ? parsed.routes[0] : undefined;
}

/** 16 hexadecimal digits that are the same for the same lines, in whatever order they come. */
export function digestOf(table: Table): string {
  let first = 0;
  let second = 0;
  for (const line of table.values()) {
    const [a, b] = hash(line);
    // A sum does not mind the order, and unlike an exclusive or it sees a line that is there twice.
    first = (first + a) >>> 0;
    second = (second + b) >>> 0;
  }
  return hex(first) + hex(second);
}

/** 16 hexadecimal digits for a text; equal for equal texts. */
export function digestOfText(text: string): string {
  return hash(text).map(hex).join('');
}

// Two FNV-1a style hashes of 32 bits: quick without BigInt, and together long enough not to collide by chance.
function hash(text: string): readonly [number, number] {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x85ebca6b);
  }
  return [first >>> 0, second >>> 0];
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');
