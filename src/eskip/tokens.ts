/**
 * The words of eskip: what the lexer gives to the parser.
 *
 * Source: Skipper v0.27.65, `eskip/lexer.go`.
 */

/** Small integers, because tables of 28 MB are read token by token. */
export const Token = {
  end: 0,
  and: 1,
  any: 2,
  arrow: 3,
  closeParen: 4,
  colon: 5,
  comma: 6,
  number: 7,
  openParen: 8,
  regexp: 9,
  semicolon: 10,
  shunt: 11,
  loopback: 12,
  dynamic: 13,
  forward: 14,
  string: 15,
  symbol: 16,
  openArrow: 17,
  closeArrow: 18,
} as const;
export type Token = (typeof Token)[keyof typeof Token];

const spellings: Readonly<Record<Token, string>> = {
  [Token.end]: 'the end of the text',
  [Token.and]: '"&&"',
  [Token.any]: '"*"',
  [Token.arrow]: '"->"',
  [Token.closeParen]: '")"',
  [Token.colon]: '":"',
  [Token.comma]: '","',
  [Token.number]: 'a number',
  [Token.openParen]: '"("',
  [Token.regexp]: 'a regular expression',
  [Token.semicolon]: '";"',
  [Token.shunt]: '"<shunt>"',
  [Token.loopback]: '"<loopback>"',
  [Token.dynamic]: '"<dynamic>"',
  [Token.forward]: '"<forward>"',
  [Token.string]: 'a string',
  [Token.symbol]: 'a name',
  [Token.openArrow]: '"<"',
  [Token.closeArrow]: '">"',
};

/** How an error message calls a token. */
export function spellingOf(token: Token): string {
  return spellings[token];
}
