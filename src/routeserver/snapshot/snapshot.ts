/**
 * Gets compiled routes; gives what is served of them: one version of the table, whole and by zone, frozen.
 */
import { narrowToZone, zonesOf } from '../../compile/index.ts';
import { printRoutes } from '../../eskip/index.ts';
import type { Route } from '../../eskip/index.ts';
import { Table } from './table.ts';

/** One published version. Requests that began with it end with it, whatever is published meanwhile. */
export class Snapshot {
  readonly table: Table;
  readonly #routes: readonly Route[];
  readonly #lastModifiedMs: number;
  readonly #zones: ReadonlySet<string>;
  readonly #zoneTables = new Map<string, Table>();

  /** `lastModifiedMs` is wall time. Equal routes in any order give equal bytes. */
  constructor(routes: readonly Route[], lastModifiedMs: number) {
    this.#routes = Object.freeze(routes.toSorted(byId));
    this.#lastModifiedMs = lastModifiedMs;
    this.#zones = zonesOf(this.#routes);
    this.table = this.#print(this.#routes);
    Object.freeze(this);
  }

  /** Number of routes, the same in every zone. */
  get count(): number {
    return this.#routes.length;
  }

  /** The tag of the whole table, without an encoding. */
  get etag(): string {
    return this.table.identity.etag;
  }

  /** The table for Skippers in `zone`, made when first asked for. A zone without endpoints gets the whole table. */
  zone(zone: string): Table {
    if (!this.#zones.has(zone)) return this.table;
    const known = this.#zoneTables.get(zone);
    if (known !== undefined) return known;
    const made = this.#print(this.#routes.map((route) => narrowToZone(route, zone)));
    this.#zoneTables.set(zone, made);
    return made;
  }

  #print(routes: readonly Route[]): Table {
    return new Table(printRoutes(routes), { count: routes.length, lastModifiedMs: this.#lastModifiedMs });
  }
}

/** By bytes, as Go compares; route ids are ASCII, for which JavaScript's order is the same. */
function byId(a: Route, b: Route): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
