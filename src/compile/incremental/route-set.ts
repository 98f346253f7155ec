/** Gets the pieces of each owner; gives what that changes in the table, in which each id has one route. */

import { duplicateProblem } from '../assemble.ts';
import type { Problem } from '../problem.ts';
import { comparePlaces, linesOf, type Piece, type PrintedRoutes } from './piece.ts';

/** Lines by id; `undefined` for those that are gone. */
export type ChangedLines = ReadonlyMap<string, PrintedRoutes | undefined>;

const idsPerStep = 1_000;

/** All pieces, by owner and by id. */
export class RouteSet {
  readonly #byOwner = new Map<string, readonly Piece[]>();
  /** In the order of their places where several want the id; the first has it. */
  readonly #byId = new Map<string, Piece | readonly Piece[]>();
  /** Who had the ids that were touched since changes were last taken; before the first time all ids are new. */
  #before: Map<string, Piece | undefined> | undefined;
  readonly #contested = new Set<string>();
  readonly #faulty = new Set<string>();

  /** Number of ids. */
  get size(): number {
    return this.#byId.size;
  }

  has(owner: string): boolean {
    return this.#byOwner.has(owner);
  }

  /** Replaces all pieces of `owner`. */
  set(owner: string, pieces: readonly Piece[]): void {
    for (const piece of this.#byOwner.get(owner) ?? []) this.#put(piece.id, without(this.#wanting(piece.id), piece));
    for (const piece of pieces) this.#add(piece);
    if (pieces.length === 0) this.#byOwner.delete(owner);
    else this.#byOwner.set(owner, pieces);
  }

  /** What is different in the table since this was last called; many ids a step, for each is little work. */
  *takeChanges(): Generator<undefined, ChangedLines> {
    const changes = new Map<string, PrintedRoutes | undefined>();
    let looked = 0;
    for (const id of (this.#before ?? this.#byId).keys()) {
      if (++looked % idsPerStep === 0) yield undefined;
      addChange(changes, this.#before?.get(id), this.#first(id));
    }
    this.#before = new Map();
    return changes;
  }

  /** Routes that lost their id to a different one, and edits that failed. */
  problems(): readonly Problem[] {
    const losers = [...this.#contested].flatMap((id) => {
      const [first, ...others] = this.#wanting(id);
      return others.filter(({ text }) => text !== first?.text);
    });
    const failed = [...this.#faulty].flatMap((id) => this.#wanting(id)[0] ?? []);
    return [
      ...losers.sort(comparePlaces).map(({ id }) => duplicateProblem(id)),
      ...failed.sort(comparePlaces).flatMap(({ problems = [] }) => problems),
    ];
  }

  #add(piece: Piece): void {
    const { id } = piece;
    // Nearly every id; it is worth not making lists for them when a whole cluster comes at once.
    if (this.#byId.has(id) || piece.problems !== undefined) {
      this.#put(id, [...this.#wanting(id), piece].sort(comparePlaces));
      return;
    }
    this.#touch(id);
    this.#byId.set(id, piece);
  }

  #touch(id: string): void {
    if (this.#before?.has(id) === false) this.#before.set(id, this.#first(id));
  }

  #first(id: string): Piece | undefined {
    const pieces = this.#byId.get(id);
    return pieces === undefined || !isList(pieces) ? pieces : pieces[0];
  }

  #wanting(id: string): readonly Piece[] {
    const pieces = this.#byId.get(id);
    if (pieces === undefined) return [];
    return isList(pieces) ? pieces : [pieces];
  }

  #put(id: string, pieces: readonly Piece[]): void {
    this.#touch(id);
    const [first] = pieces;
    if (first === undefined) this.#byId.delete(id);
    else this.#byId.set(id, pieces.length === 1 ? first : pieces);
    mark(this.#contested, id, pieces.length > 1);
    mark(this.#faulty, id, first?.problems !== undefined);
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

function isList(pieces: Piece | readonly Piece[]): pieces is readonly Piece[] {
  return Array.isArray(pieces);
}

function without(pieces: readonly Piece[], piece: Piece): readonly Piece[] {
  return pieces.filter((other) => other !== piece);
}

function mark(ids: Set<string>, id: string, isMarked: boolean): void {
  if (isMarked) ids.add(id);
  else ids.delete(id);
}
