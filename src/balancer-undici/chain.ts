/**
 * Gets things that come and go, gives them in the order in which they came. Not a Set: a Set that changes all the time
 * leaves outgrown tables behind, and what these point to is taken for alive by each minor garbage collection. With one
 * entry per request these were ten times as long.
 */

/** The chain's own; undefined outside of one. */
export interface Link {
  earlier: Link | undefined;
  later: Link | undefined;
}

export class Chain<Member extends Link> {
  #first: Member | undefined;
  #last: Member | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Member | undefined {
    return this.#first;
  }

  /** @param member in no chain. */
  add(member: Member): void {
    member.earlier = this.#last;
    if (this.#last === undefined) this.#first = member;
    else this.#last.later = member;
    this.#last = member;
    this.#size++;
  }

  /** False for one that is not in it. */
  delete(member: Member): boolean {
    const { earlier, later } = member;
    if (earlier === undefined && this.#first !== member) return false;
    if (earlier === undefined) this.#first = later as Member | undefined;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier as Member | undefined;
    else later.earlier = earlier;
    // Cut off on both sides: a dead one that points to a living one is what keeps garbage alive.
    member.earlier = undefined;
    member.later = undefined;
    this.#size--;
    return true;
  }
}
