/**
 * Gets eskip text; gives its tokens one after the other. One pass over string offsets, no copies but the values.
 *
 * Source: Skipper v0.27.65, `eskip/lexer.go`. Skipper reads bytes, and takes the bytes 0x85 and 0xA0 for blanks;
 * neither can stand alone in UTF-8, so that here the six ASCII blanks are all there is.
 */

import { endOfNumber, endOfQuoted, endOfRegexp, isDigit, unescapeQuoted, unescapeRegexp } from './literals.ts';
import { EskipSyntaxError } from './syntax-error.ts';
import { Token, spellingOf } from './tokens.ts';

const dash = 45;
const dot = 46;
const slash = 47;
const lessThan = 60;

/** What a character begins when it alone decides that. */
const Start = { nothing: 0, mark: 1, symbol: 2, number: 3, quote: 4, regexp: 5 } as const;

const asciiSize = 128;
const starts = new Uint8Array(asciiSize);
const marks = new Uint8Array(asciiSize);
const blanks = new Uint8Array(asciiSize);
const symbolCharacters = new Uint8Array(asciiSize);

function fill(table: Uint8Array, characters: string, value: number): void {
  for (let i = 0; i < characters.length; i += 1) table[characters.charCodeAt(i)] = value;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_';
fill(blanks, ' \n\t\v\f\r', 1);
fill(symbolCharacters, `${letters}0123456789`, 1);
fill(starts, letters, Start.symbol);
fill(starts, '.0123456789', Start.number);
fill(starts, '"`', Start.quote);
fill(starts, '/', Start.regexp);
const markTokens = { ',': Token.comma, ')': Token.closeParen, '(': Token.openParen, ':': Token.colon };
const moreMarkTokens = { ';': Token.semicolon, '>': Token.closeArrow, '*': Token.any };
for (const [character, token] of Object.entries({ ...markTokens, ...moreMarkTokens })) {
  fill(starts, character, Start.mark);
  fill(marks, character, token);
}

const wordsInArrows = [
  ['<shunt>', Token.shunt],
  ['<loopback>', Token.loopback],
  ['<dynamic>', Token.dynamic],
  ['<forward>', Token.forward],
] as const;

/** Reads a text token by token; `token`, `value` and `offset` are those of the last `advance`. */
export class Lexer {
  token: Token = Token.end;
  /** The meaning of a string, regular expression, number or name; `''` for other tokens. */
  value = '';
  offset = 0;
  /** The route being read, for error messages. */
  routeId = '';
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes to the next token. Throws an EskipSyntaxError when the text goes on with something that is none. */
  advance(): void {
    this.offset = this.#skipBlanks();
    this.value = '';
    this.#at = this.#read(this.offset, this.#text.charCodeAt(this.offset));
  }

  /** An error about the current token. */
  expected(what: string): EskipSyntaxError {
    const found = this.token === Token.symbol ? `the name "${this.value}"` : spellingOf(this.token);
    return this.error(`expected ${what}, found ${found}`);
  }

  error(problem: string, offset = this.offset): EskipSyntaxError {
    return new EskipSyntaxError(problem, { text: this.#text, offset, routeId: this.routeId });
  }

  #skipBlanks(): number {
    const text = this.#text;
    let at = this.#at;
    for (;;) {
      const code = text.charCodeAt(at);
      if (blanks[code] === 1) {
        at += 1;
      } else if (code === slash && text.charCodeAt(at + 1) === slash) {
        const end = text.indexOf('\n', at);
        at = end === -1 ? text.length : end;
      } else {
        return at;
      }
    }
  }

  /** Sets token and value from the character at `at`; gives the offset behind the token. */
  #read(at: number, code: number): number {
    switch (starts[code] ?? Start.nothing) {
      case Start.mark:
        this.token = marks[code] as Token;
        return at + 1;
      case Start.symbol:
        return this.#readSymbol(at);
      case Start.quote:
        return this.#readQuoted(at, code);
      case Start.number:
        return this.#readNumber(at);
      case Start.regexp:
        return this.#readRegexp(at);
      default:
        if (at < this.#text.length) return this.#readCompound(at, code);
        this.token = Token.end;
        return at;
    }
  }

  #readSymbol(at: number): number {
    const text = this.#text;
    let end = at + 1;
    while (symbolCharacters[text.charCodeAt(end)] === 1) end += 1;
    this.token = Token.symbol;
    this.value = text.slice(at, end);
    return end;
  }

  #readQuoted(at: number, quote: number): number {
    const end = endOfQuoted(this.#text, at + 1, quote);
    if (end === -1) throw this.error(`the string that begins here has no closing ${String.fromCharCode(quote)}`);
    this.token = Token.string;
    this.value = unescapeQuoted(this.#text.slice(at + 1, end), String.fromCharCode(quote));
    return end + 1;
  }

  #readNumber(at: number): number {
    const end = endOfNumber(this.#text, at);
    if (this.#text.charCodeAt(end - 1) === dot) throw this.error('a number needs a digit after the decimal point');
    this.token = Token.number;
    this.value = this.#text.slice(at, end);
    return end;
  }

  #readRegexp(at: number): number {
    const end = endOfRegexp(this.#text, at + 1);
    if (end === -1) throw this.error('the regular expression that begins here has no closing /');
    this.token = Token.regexp;
    this.value = unescapeRegexp(this.#text.slice(at + 1, end));
    return end + 1;
  }

  #readCompound(at: number, code: number): number {
    const next = this.#text.charCodeAt(at + 1);
    if (code === lessThan) return this.#readArrow(at);
    if (code === dash && (isDigit(next) || next === dot)) return this.#readNumber(at);
    const pair = this.#text.slice(at, at + 2);
    if (pair === '->' || pair === '&&') {
      this.token = pair === '->' ? Token.arrow : Token.and;
      return at + 2;
    }
    const character = String.fromCodePoint(this.#text.codePointAt(at) ?? code);
    throw this.error(`${JSON.stringify(character)} has no meaning here; text must be in quotes`);
  }

  #readArrow(at: number): number {
    for (const [word, token] of wordsInArrows) {
      if (this.#text.startsWith(word, at)) {
        this.token = token;
        return at + word.length;
      }
    }
    this.token = Token.openArrow;
    return at + 1;
  }
}
