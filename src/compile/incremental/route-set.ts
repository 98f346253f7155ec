/** Gets the pieces of each owner; gives what that changes in the table, in which each id has one route. */

import { duplicateProblem } from '../assemble.ts';
import { compareText } from '../cluster.ts';
import type { Problem } from '../problem.ts';
import { IdTable } from './id-table.ts';
import { comparePlaces, linesOf, type Piece, type PrintedRoutes } from './piece.ts';

/** Lines by id; `undefined` for those that are gone. */
export type ChangedLines = ReadonlyMap<string, PrintedRoutes | undefined>;

/** What has become of the lines of a table. */
export interface LineChanges {
  /** By id, what is new, different or gone; nothing the first time. */
  readonly lines: ChangedLines;
  /** The first time: all lines in the order of their ids. */
  readonly all?: readonly PrintedRoutes[];
}

const idsPerStep = 1_000;

/** Those that want an id, in the order of their places where they are several; the first has it. */
type Wanted = Piece | readonly Piece[];

/** All pieces, by owner and by id. */
export class RouteSet {
  readonly #byOwner = new Map<string, readonly Piece[]>();
  /** Undefined until changes are first taken: a whole cluster is sorted once, without a look-up for each of its ids. */
  #byId: IdTable<Wanted> | undefined;
  /** Who had the ids that were touched since changes were last taken. */
  #before = new Map<string, Piece | undefined>();
  readonly #contested = new Set<string>();
  readonly #faulty = new Set<string>();

  /** Number of owners with pieces. */
  get owners(): number {
    return this.#byOwner.size;
  }

  has(owner: string): boolean {
    return this.#byOwner.has(owner);
  }

  /** Replaces all pieces of `owner`. */
  set(owner: string, pieces: readonly Piece[]): void {
    const byId = this.#byId;
    if (byId !== undefined) {
      const before = this.#byOwner.get(owner) ?? [];
      for (const piece of before) this.#put(byId, piece.id, without(listOf(byId.get(piece.id)), piece));
      for (const piece of pieces) this.#put(byId, piece.id, [...listOf(byId.get(piece.id)), piece].sort(comparePlaces));
    }
    if (pieces.length === 0) this.#byOwner.delete(owner);
    else this.#byOwner.set(owner, pieces);
  }

  /** What is different in the table since this was last called; many ids a step, for each is little work. */
  *takeChanges(): Generator<undefined, LineChanges> {
    if (this.#byId === undefined) return { lines: new Map(), all: this.#takeAll() };
    const lines = new Map<string, PrintedRoutes | undefined>();
    let looked = 0;
    for (const [id, before] of this.#before) {
      if (++looked % idsPerStep === 0) yield undefined;
      addChange(lines, before, first(this.#byId.get(id)));
    }
    this.#before = new Map();
    return { lines };
  }

  /** Routes that lost their id to a different one, and edits that failed. */
  problems(): readonly Problem[] {
    const byId = this.#byId;
    if (byId === undefined) return [];
    const losers = [...this.#contested].flatMap((id) => {
      const [winner, ...others] = listOf(byId.get(id));
      return others.filter(({ text }) => text !== winner?.text);
    });
    const failed = [...this.#faulty].flatMap((id) => listOf(byId.get(id))[0] ?? []);
    return [
      ...losers.sort(comparePlaces).map(({ id }) => duplicateProblem(id)),
      ...failed.sort(comparePlaces).flatMap(({ problems = [] }) => problems),
    ];
  }

  /** Pieces with the same id stand together once all are sorted. */
  #takeAll(): readonly PrintedRoutes[] {
    const pieces = this.#sorted();
    // As long as they may become: a list that grows is copied into new memory a dozen times.
    const ids = new Array<string>(pieces.length);
    const wanted = new Array<Wanted>(pieces.length);
    const winners = new Array<Piece>(pieces.length);
    let count = 0;
    for (const piece of pieces) {
      const { id } = piece;
      if (count > 0 && id === ids[count - 1]) {
        wanted[count - 1] = [...listOf(wanted[count - 1]), piece];
        this.#contested.add(id);
        continue;
      }
      ids[count] = id;
      wanted[count] = piece;
      winners[count] = piece;
      count += 1;
      if (piece.problems !== undefined) this.#faulty.add(id);
    }
    for (const list of [ids, wanted, winners]) list.length = count;
    this.#byId = new IdTable(ids, wanted);
    return sortedLines(winners);
  }

  #sorted(): readonly Piece[] {
    let count = 0;
    this.#byOwner.forEach((ofOwner) => {
      count += ofOwner.length;
    });
    const pieces = new Array<Piece>(count);
    let at = 0;
    this.#byOwner.forEach((ofOwner) => {
      for (const piece of ofOwner) {
        pieces[at] = piece;
        at += 1;
      }
    });
    return pieces.sort((a, b) => compareText(a.id, b.id) || comparePlaces(a, b));
  }

  #put(byId: IdTable<Wanted>, id: string, pieces: readonly Piece[]): void {
    if (!this.#before.has(id)) this.#before.set(id, first(byId.get(id)));
    byId.set(id, pieces.length > 1 ? pieces : pieces[0]);
    mark(this.#contested, id, pieces.length > 1);
    mark(this.#faulty, id, pieces[0]?.problems !== undefined);
  }
}

function addChange(
  changes: Map<string, PrintedRoutes | undefined>,
  before: Piece | undefined,
  now: Piece | undefined,
): void {
  if (now?.text === before?.text) return;
  if (before !== undefined) for (const line of linesOf(before)) changes.set(line.id, undefined);
  if (now !== undefined) for (const line of linesOf(now)) changes.set(line.id, line);
}

function isList(wanted: Wanted): wanted is readonly Piece[] {
  return Array.isArray(wanted);
}

function listOf(wanted: Wanted | undefined): readonly Piece[] {
  if (wanted === undefined) return [];
  return isList(wanted) ? wanted : [wanted];
}

function first(wanted: Wanted | undefined): Piece | undefined {
  return wanted === undefined || !isList(wanted) ? wanted : wanted[0];
}

/** The lines of sorted pieces; what flags make of a piece may have other ids than the piece. */
function sortedLines(pieces: readonly Piece[]): readonly PrintedRoutes[] {
  if (pieces.every(({ changed }) => changed === undefined)) return pieces;
  const lines = new Map(pieces.flatMap(linesOf).map((line) => [line.id, line]));
  return [...lines.values()].sort((a, b) => compareText(a.id, b.id));
}

function without(pieces: readonly Piece[], piece: Piece): readonly Piece[] {
  return pieces.filter((other) => other !== piece);
}

function mark(ids: Set<string>, id: string, isMarked: boolean): void {
  if (isMarked) ids.add(id);
  else ids.delete(id);
}
