/**
 * Watches a regular expression being read; says when a repetition is one that Go and JavaScript run differently.
 *
 * JavaScript does not let a turn of a repetition match the empty text, and tries the other alternatives; Go takes
 * the empty match if it comes first, and ends the repetition. So `(|a)*` finds nothing in "a" in Go and all of it in
 * JavaScript. It only matters for a group that may match the empty text before it has tried everything else.
 */

interface Level {
  /** Whether the alternative being read consumes something for sure, not counting its last part. */
  consumes: boolean;
  last: Part;
  everyAlternativeConsumes: boolean;
  /** Whether an empty match may come before one that is not: there are alternatives, or a lazy repetition. */
  mayTryEmptyFirst: boolean;
}

interface Part {
  readonly consumes: boolean;
  readonly mayTryEmptyFirst: boolean;
}

const nothing: Part = { consumes: false, mayTryEmptyFirst: false };

export class Emptiness {
  readonly #levels: Level[] = [newLevel()];

  /** A character, class or assertion was read. */
  atom(consumes: boolean): void {
    this.#part({ consumes, mayTryEmptyFirst: false });
  }

  open(): void {
    this.#levels.push(newLevel());
  }

  alternative(): void {
    const level = this.#endAlternative();
    level.mayTryEmptyFirst = true;
    level.consumes = false;
    level.last = nothing;
  }

  close(): void {
    const { everyAlternativeConsumes: consumes, mayTryEmptyFirst } = this.#endAlternative();
    this.#levels.pop();
    this.#part({ consumes, mayTryEmptyFirst: !consumes && mayTryEmptyFirst });
  }

  /** The part read last is repeated: false if Go and JavaScript may differ then. */
  repeated(isOptional: boolean, isLazy: boolean): boolean {
    const level = this.#level();
    const { consumes, mayTryEmptyFirst } = level.last;
    level.last = { consumes: consumes && !isOptional, mayTryEmptyFirst: mayTryEmptyFirst || isLazy };
    level.mayTryEmptyFirst ||= isLazy;
    return !mayTryEmptyFirst;
  }

  #endAlternative(): Level {
    const level = this.#level();
    level.everyAlternativeConsumes &&= level.consumes || level.last.consumes;
    return level;
  }

  #part(part: Part): void {
    const level = this.#level();
    level.consumes ||= level.last.consumes;
    level.mayTryEmptyFirst ||= part.mayTryEmptyFirst;
    level.last = part;
  }

  #level(): Level {
    return this.#levels.at(-1) ?? newLevel();
  }
}

function newLevel(): Level {
  return { consumes: false, last: nothing, everyAlternativeConsumes: true, mayTryEmptyFirst: false };
}
