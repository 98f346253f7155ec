/**
 * Gets a regular expression in Go's syntax; gives the same one in JavaScript's, for the flag `u`.
 *
 * Groups lose their names, which follow other rules in JavaScript; the caller gets them as a list. `m` and `s` are
 * not JavaScript's flags, whose lines also end at `\r` and U+2028: what they change is spelled out. `i` becomes
 * `(?i:…)`. Source: Go 1.27, `regexp/syntax` (doc.go, parse.go).
 */

import { classOfProperty, isClassLetter, translateBrackets, translateClassLetter } from './go-class.ts';
import { Emptiness } from './go-emptiness.ts';
import { UntranslatableError, literal, readEscape } from './go-escape.ts';

export { UntranslatableError } from './go-escape.ts';

export interface Translation {
  readonly pattern: string;
  /** By group number; `''` for the whole match and for groups without a name. */
  readonly groupNames: readonly string[];
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

/** An open group: what to go back to when it closes. */
interface Group {
  readonly outer: Flags;
  /** What `ignoreCase` is where no wrap is open. */
  readonly ignoreCase: boolean;
  /** `(?i:` or `(?-i:` when the flag was changed in the middle of the group; it ends with the group. */
  wrap: string;
}

const maxRepeat = 1000;
const repetition = /(?:[*+?]|\{(?:0|[1-9]\d*)(?:,(?:0|[1-9]\d*)?)?\})\??/y;
const namedGroup = /\(\?P?<([^>]*)>/y;
const flagGroup = /\(\?([ims]*)(?:-([ims]+))?([:)])/y;

/** Throws an UntranslatableError for what Go refuses or JavaScript cannot say. */
export function translateGoRegexp(source: string): Translation {
  return new Translator(source).translate();
}

class Translator {
  readonly #source: string;
  #at = 0;
  #pattern = '';
  #flags: Flags = { ignoreCase: false, multiLine: false, dotAll: false };
  readonly #groups: Group[] = [{ outer: this.#flags, ignoreCase: false, wrap: '' }];
  readonly #groupNames: string[] = [''];
  readonly #emptiness = new Emptiness();
  /** Whether a repetition here would be that of the last part of the pattern. */
  #isRepeatable = false;

  constructor(source: string) {
    this.#source = source;
  }

  translate(): Translation {
    while (this.#at < this.#source.length) this.#pattern += this.#next();
    if (this.#groups.length !== 1) throw new UntranslatableError('a ( has no )');
    return { pattern: this.#pattern + this.#endWrap(), groupNames: this.#groupNames };
  }

  #next(): string {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    if ('*+?{'.includes(character)) return this.#repetition() ?? this.#atom(character);
    this.#isRepeatable = true;
    if (character === '\\') return this.#escape();
    if (character === '(') return this.#open();
    if (character === '[') return this.#take(translateBrackets(this.#source, this.#at, this.#flags.ignoreCase));
    if (character === ')') return this.#close();
    if (character === '|') return this.#alternative();
    return this.#atom(character);
  }

  #atom(character: string): string {
    const text = this.#anchorOrDot(character) ?? literal(character);
    this.#isRepeatable = true;
    return this.#take({ text, end: this.#at + character.length }, character !== '^' && character !== '$');
  }

  #anchorOrDot(character: string): string | undefined {
    const { multiLine, dotAll } = this.#flags;
    if (character === '.') return dotAll ? '[^]' : '[^\\n]';
    if (character === '^') return multiLine ? '(?<![^\\n])' : '^';
    if (character === '$') return multiLine ? '(?![^\\n])' : '$';
    return undefined;
  }

  /** Undefined for a brace that begins no repetition: it is a character. */
  #repetition(): string | undefined {
    const [text] = this.#match(repetition) ?? [];
    if (text === undefined) return undefined;
    // Go repeats the part before a (?i), or nothing before a repetition that was complete.
    if (!this.#isRepeatable) throw new UntranslatableError(`${text} stands where nothing can be repeated`);
    this.#isRepeatable = false;
    const counts = (text.match(/\d+/g) ?? []).map(Number);
    if (counts.some((count) => count > maxRepeat)) throw new UntranslatableError(`${text} exceeds ${maxRepeat}`);
    const isOptional = counts[0] === 0 || text.startsWith('*') || text.startsWith('?');
    if (!this.#emptiness.repeated(isOptional, text.length > 1 && text.endsWith('?'))) {
      throw new UntranslatableError(`${text} repeats a group that may be empty, which JavaScript does in another way`);
    }
    return text;
  }

  #open(): string {
    if (!this.#source.startsWith('(?', this.#at)) {
      this.#at += 1;
      return this.#openGroup('(', '');
    }
    const named = this.#match(namedGroup);
    if (named !== null) return this.#openGroup('(', checkedName(named[1] ?? ''));
    const flags = this.#match(flagGroup);
    if (flags === null) {
      const text = this.#source.slice(this.#at, this.#at + 4);
      throw new UntranslatableError(`${text} begins a group that is not supported; lookaround and flag U are not`);
    }
    const [, set = '', cleared = '', end] = flags;
    return end === ')' ? this.#changeFlags(set, cleared) : this.#openFlagGroup(set, cleared);
  }

  #openGroup(text: string, name: string): string {
    this.#enter({ outer: this.#flags, ignoreCase: this.#flags.ignoreCase, wrap: '' });
    this.#groupNames.push(name);
    return text;
  }

  #openFlagGroup(set: string, cleared: string): string {
    const outer = this.#flags;
    this.#flags = withFlags(outer, set, cleared);
    const { ignoreCase } = this.#flags;
    this.#enter({ outer, ignoreCase, wrap: '' });
    return ignoreCase === outer.ignoreCase ? '(?:' : openIgnoreCase(ignoreCase);
  }

  #enter(group: Group): void {
    this.#groups.push(group);
    this.#emptiness.open();
    this.#isRepeatable = false;
  }

  #changeFlags(set: string, cleared: string): string {
    this.#flags = withFlags(this.#flags, set, cleared);
    this.#isRepeatable = false;
    const group = this.#groups.at(-1);
    const before = this.#endWrap();
    if (group === undefined) return before;
    const { ignoreCase } = this.#flags;
    group.wrap = ignoreCase === group.ignoreCase ? '' : openIgnoreCase(ignoreCase);
    return before + group.wrap;
  }

  #close(): string {
    this.#at += 1;
    const end = this.#endWrap();
    const group = this.#groups.pop();
    if (group === undefined || this.#groups.length === 0) throw new UntranslatableError('a ) has no (');
    this.#flags = group.outer;
    this.#emptiness.close();
    return `${end})`;
  }

  #alternative(): string {
    this.#at += 1;
    this.#emptiness.alternative();
    this.#isRepeatable = false;
    // The flag holds for the rest of the group: in a(?i)b|c for c too, which the wrap would leave out.
    return `${this.#endWrap()}|${this.#groups.at(-1)?.wrap ?? ''}`;
  }

  #endWrap(): string {
    return (this.#groups.at(-1)?.wrap ?? '') === '' ? '' : ')';
  }

  #escape(): string {
    const letter = this.#source.charAt(this.#at + 1);
    if (letter === 'Q') return this.#quoted();
    if (letter === 'p' || letter === 'P') return this.#take(classOfProperty(this.#source, this.#at, 'alone'));
    const assertion = { A: '^', z: '$', b: '\\b', B: '\\B' }[letter];
    if (assertion !== undefined) return this.#take({ text: assertion, end: this.#at + 2 }, false);
    if (isClassLetter(letter)) return this.#take({ text: translateClassLetter(letter), end: this.#at + 2 });
    const { code, end } = readEscape(this.#source, this.#at);
    return this.#take({ text: literal(String.fromCodePoint(code)), end });
  }

  #quoted(): string {
    const end = this.#source.indexOf('\\E', this.#at + 2);
    const text = this.#source.slice(this.#at + 2, end === -1 ? undefined : end);
    const part = { text: text.replace(/[^]/gu, literal), end: end === -1 ? this.#source.length : end + 2 };
    return this.#take(part, text !== '');
  }

  #take({ text, end }: { text: string; end: number }, consumes = true): string {
    this.#at = end;
    this.#emptiness.atom(consumes);
    return text;
  }

  #match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match !== null) this.#at = sticky.lastIndex;
    return match;
  }
}

function checkedName(name: string): string {
  if (!/^\w+$/.test(name)) throw new UntranslatableError(`${JSON.stringify(name)} cannot be the name of a group`);
  return name;
}

function withFlags(flags: Flags, set: string, cleared: string): Flags {
  const value = (letter: string, before: boolean) => (before || set.includes(letter)) && !cleared.includes(letter);
  return {
    ignoreCase: value('i', flags.ignoreCase),
    multiLine: value('m', flags.multiLine),
    dotAll: value('s', flags.dotAll),
  };
}

function openIgnoreCase(ignoreCase: boolean): string {
  return ignoreCase ? '(?i:' : '(?-i:';
}
