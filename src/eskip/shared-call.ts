/** Gets a predicate or a filter that may stand in many routes; keeps its text, so that it is printed once. */

import type { Arg, Predicate } from './route.ts';

/** Nothing but a {@link Predicate} or a filter to everybody but the printer. A copy of it has no text yet. */
export class SharedCall implements Predicate {
  readonly name: string;
  readonly args: readonly Arg[];
  declare readonly inField?: true;
  #text: string | undefined;

  constructor(name: string, args: readonly Arg[], isInField = false) {
    this.name = name;
    this.args = args;
    if (isInField) this.inField = true;
  }

  /** What `print` makes of it. It has to be the same function each time. */
  printedBy(print: (call: SharedCall) => string): string {
    return (this.#text ??= print(this));
  }
}
