/** Gets a character class in Go's syntax; gives it in JavaScript's. Source: Go 1.27, `regexp/syntax` (parseClass). */

import { UntranslatableError, codeEscape, readEscape } from './go-escape.ts';

export interface TranslatedClass {
  readonly text: string;
  /** The offset behind the class. */
  readonly end: number;
}

type Range = readonly [from: number, to: number];

/** Pairs of first and last characters. */
const classesByName: Readonly<Record<string, string>> = {
  alnum: '09AZaz',
  alpha: 'AZaz',
  ascii: '\0\x7f',
  blank: '\t\t  ',
  cntrl: '\0\x1f\x7f\x7f',
  digit: '09',
  graph: '!~',
  lower: 'az',
  print: ' ~',
  punct: '!/:@[`{~',
  space: '\t\r  ',
  upper: 'AZ',
  word: '09AZ__az',
  xdigit: '09AFaf',
};
/** What \d, \s and \w stand for: ASCII only, and \s without \v. */
const classesByLetter: Readonly<Record<string, string>> = { d: '09', s: '\t\n\f\r  ', w: '09AZ__az' };
const maxCodePoint = 0x10ffff;
const posixName = /\[:(\^?)([^]*?):\]/y;
const property = /\\([pP])(?:\{(\^?)(\w+)\}|([A-Za-z]))/y;

/** True for the letter of an escape such as \d or \W. */
export function isClassLetter(letter: string): boolean {
  return letter.toLowerCase() in classesByLetter;
}

/** `\d` and its like, outside brackets. */
export function translateClassLetter(letter: string): string {
  const small = letter.toLowerCase();
  return `[${letter === small ? '' : '^'}${printRanges(rangesOf(classesByLetter[small] ?? ''))}]`;
}

/** The class in brackets that begins at `at`. */
export function translateBrackets(source: string, at: number, ignoreCase: boolean): TranslatedClass {
  let here = at + 1;
  const negation = source.charAt(here) === '^' ? '^' : '';
  here += negation.length;
  let text = '';
  // A bracket that closes nothing yet is a character: []a].
  for (let isFirst = true; isFirst || source.charAt(here) !== ']'; isFirst = false) {
    if (here >= source.length) throw new UntranslatableError('a [ has no ]');
    const item = readNamed(source, here, ignoreCase) ?? readRange(source, here);
    text += item.text;
    here = item.end;
  }
  return { text: `[${negation}${text}]`, end: here + 1 };
}

/** `\pL`, `\p{Greek}` and their negations, alone or in brackets. */
export function classOfProperty(source: string, at: number, place: 'alone' | 'inBrackets'): TranslatedClass {
  property.lastIndex = at;
  const match = property.exec(source);
  if (match === null) throw new UntranslatableError(`${source.slice(at, at + 2)} needs the name of a Unicode class`);
  const [, letter, caret = '', longName, shortName] = match;
  const name = javaScriptProperty(longName ?? shortName ?? '');
  const isNegated = (letter === 'P') !== (caret === '^');
  const end = property.lastIndex;
  if (!isNegated) return { text: `\\p{${name}}`, end };
  // Not \P: with ignoreCase that means something else than "no character of the class".
  if (place === 'alone') return { text: `[^\\p{${name}}]`, end };
  return { text: `\\P{${name}}`, end };
}

function readNamed(source: string, at: number, ignoreCase: boolean): TranslatedClass | undefined {
  if (source.startsWith('[:', at)) return readPosix(source, at, ignoreCase);
  const letter = source.charAt(at) === '\\' ? source.charAt(at + 1) : '';
  if (letter === 'p' || letter === 'P') {
    const read = classOfProperty(source, at, 'inBrackets');
    if (ignoreCase && read.text.startsWith('\\P')) {
      throw new UntranslatableError('a negated Unicode class in brackets is not supported together with (?i)');
    }
    return read;
  }
  if (letter === '' || !isClassLetter(letter)) return undefined;
  const small = letter.toLowerCase();
  return { text: printClass(classesByLetter[small] ?? '', letter !== small, ignoreCase), end: at + 2 };
}

function readPosix(source: string, at: number, ignoreCase: boolean): TranslatedClass | undefined {
  posixName.lastIndex = at;
  const match = posixName.exec(source);
  if (match === null) return undefined;
  const [whole, caret, name = ''] = match;
  const pairs = classesByName[name];
  if (pairs === undefined) throw new UntranslatableError(`${whole} is not a class that Go knows`);
  return { text: printClass(pairs, caret === '^', ignoreCase), end: posixName.lastIndex };
}

function readRange(source: string, at: number): TranslatedClass {
  const from = readCharacter(source, at);
  const next = source.charAt(from.end + 1);
  // A minus before the closing bracket is a character.
  if (source.charAt(from.end) !== '-' || next === '' || next === ']') {
    return { text: codeEscape(from.code), end: from.end };
  }
  const to = readCharacter(source, from.end + 1);
  if (to.code < from.code) throw new UntranslatableError(`${source.slice(at, to.end)} is a range that runs backwards`);
  return { text: printRanges([[from.code, to.code]]), end: to.end };
}

function readCharacter(source: string, at: number): { code: number; end: number } {
  if (source.charAt(at) === '\\') return readEscape(source, at);
  const code = source.codePointAt(at);
  if (code === undefined) throw new UntranslatableError('a [ has no ]');
  return { code, end: at + (code > 0xffff ? 2 : 1) };
}

function printClass(pairs: string, isNegated: boolean, ignoreCase: boolean): string {
  const ranges = rangesOf(pairs);
  return printRanges(isNegated ? complement(ignoreCase ? withFoldedLetters(ranges) : ranges) : ranges);
}

function rangesOf(pairs: string): Range[] {
  return (pairs.match(/[^]{2}/g) ?? []).map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]);
}

/** Every character of ASCII ranges in both cases, and the two beyond ASCII whose other case is an ASCII letter. */
function withFoldedLetters(ranges: readonly Range[]): Range[] {
  const beyondAscii: Readonly<Record<string, number>> = { k: 0x212a, s: 0x17f };
  const codes: number[] = [];
  for (const [from, to] of ranges) {
    for (let code = from; code <= to; code += 1) {
      const lower = String.fromCharCode(code).toLowerCase();
      codes.push(lower.charCodeAt(0), lower.toUpperCase().charCodeAt(0), beyondAscii[lower] ?? code);
    }
  }
  return codes.map((code) => [code, code]);
}

function complement(ranges: readonly Range[]): Range[] {
  const sorted = ranges.toSorted(([left], [right]) => left - right);
  const gaps: Range[] = [];
  let from = 0;
  for (const [start, end] of sorted) {
    if (start > from) gaps.push([from, start - 1]);
    from = Math.max(from, end + 1);
  }
  return from <= maxCodePoint ? [...gaps, [from, maxCodePoint]] : gaps;
}

function printRanges(ranges: readonly Range[]): string {
  return ranges.map(([from, to]) => codeEscape(from) + (from === to ? '' : `-${codeEscape(to)}`)).join('');
}

/** Go's name of a general category or script as JavaScript takes it. */
function javaScriptProperty(name: string): string {
  for (const candidate of [name, `Script=${name}`, `General_Category=${name}`]) {
    // JavaScript knows binary properties such as Alphabetic by a bare name; Go does not.
    if (candidate === name && !/^(?:[A-Z][a-z]?|Any)$/.test(name)) continue;
    if (isProperty(candidate)) return candidate;
  }
  throw new UntranslatableError(`${name} is not a Unicode class that is known here`);
}

function isProperty(name: string): boolean {
  try {
    return new RegExp(`\\p{${name}}`, 'u').source !== '';
  } catch {
    return false;
  }
}
