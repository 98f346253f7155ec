/**
 * Gets a regular expression in Go's syntax (RE2); gives one that can be run here, or why it cannot.
 *
 * Patterns of routes are only carried, never run. Those of flags such as `-edit-route` are run by the route server
 * itself, and must find what Go would find. What cannot be said in JavaScript's syntax is refused, never guessed.
 * Two differences stay: matching may take exponential time (Go's is linear), so only an operator's own flags may
 * come here; and what a group holds behind a repetition may differ when the last turn left the group out or empty.
 */

import { expandTemplate } from './go-template.ts';
import { UntranslatableError, translateGoRegexp } from './go-syntax.ts';

type GoRegexpResult =
  { readonly ok: true; readonly regexp: GoRegexp } | { readonly ok: false; readonly problem: string };

/** Compiles Go's syntax, as `regexp.Compile` takes it. */
export function compileGoRegexp(source: string): GoRegexpResult {
  try {
    return { ok: true, regexp: new GoRegexp(source) };
  } catch (error) {
    const problem = error instanceof UntranslatableError || error instanceof SyntaxError ? error.message : undefined;
    if (problem === undefined) throw error;
    return { ok: false, problem: `regular expression ${JSON.stringify(source)}: ${problem}` };
  }
}

/** A compiled regular expression with Go's methods and Go's results. Make one with `compileGoRegexp`. */
export class GoRegexp {
  /** As it was written, in Go's syntax. */
  readonly source: string;
  readonly #regexp: RegExp;
  readonly #groupNames: readonly string[];

  /** Throws an UntranslatableError or a SyntaxError. */
  constructor(source: string) {
    const { pattern, groupNames } = translateGoRegexp(source);
    this.source = source;
    this.#regexp = new RegExp(pattern, 'gu');
    this.#groupNames = groupNames;
  }

  /** Go's MatchString: whether the text has a match anywhere. */
  test(text: string): boolean {
    this.#regexp.lastIndex = 0;
    return this.#regexp.test(text);
  }

  /** Go's ReplaceAllString: `template` may name groups, `$1` or `${name}`; `$$` is a dollar sign. */
  replaceAll(text: string, template: string): string {
    let result = '';
    let lastEnd = 0;
    let searchFrom = 0;
    while (searchFrom <= text.length) {
      this.#regexp.lastIndex = searchFrom;
      const match = this.#regexp.exec(text);
      if (match === null) break;
      const end = match.index + match[0].length;
      result += text.slice(lastEnd, match.index);
      // Unlike JavaScript, Go takes no empty match right behind another match.
      if (end > lastEnd || match.index === 0) result += expandTemplate(template, match, this.#groupNames);
      lastEnd = end;
      searchFrom = Math.max(end, searchFrom + lengthOfCharacter(text, searchFrom));
    }
    return result + text.slice(lastEnd);
  }
}

function lengthOfCharacter(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
