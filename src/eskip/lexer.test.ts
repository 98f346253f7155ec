import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { Lexer } from './lexer.ts';
import { EskipSyntaxError } from './syntax-error.ts';
import { Token } from './tokens.ts';

type Lexed = readonly [token: Token, value?: string];

function tokensOf(text: string): Lexed[] {
  const lexer = new Lexer(text);
  const found: Lexed[] = [];
  for (;;) {
    lexer.advance();
    if (lexer.token === Token.end) return found;
    found.push(lexer.value === '' ? [lexer.token] : [lexer.token, lexer.value]);
  }
}

describe('the lexer', () => {
  const marks: Record<string, readonly Lexed[]> = {
    '&&*->,:;()': [
      [Token.and],
      [Token.any],
      [Token.arrow],
      [Token.comma],
      [Token.colon],
      [Token.semicolon],
      [Token.openParen],
      [Token.closeParen],
    ],
    '<shunt><loopback><dynamic><forward>': [[Token.shunt], [Token.loopback], [Token.dynamic], [Token.forward]],
    '<shunt >': [[Token.openArrow], [Token.symbol, 'shunt'], [Token.closeArrow]],
    '<roundRobin>': [[Token.openArrow], [Token.symbol, 'roundRobin'], [Token.closeArrow]],
  };
  for (const [text, want] of Object.entries(marks)) {
    test(`reads the marks of ${text}`, () => {
      assert.deepEqual(tokensOf(text), want);
    });
  }

  const symbols: Record<string, readonly Lexed[]> = {
    'takes letters, digits and underscores for a name': [[Token.symbol, 'a_B9']],
    'begins a name with an underscore': [[Token.symbol, '_x']],
    'ends a name at a dash': [
      [Token.symbol, 'a'],
      [Token.number, '-1'],
      [Token.symbol, 'b'],
    ],
    'reads a digit before letters as a number': [
      [Token.number, '1'],
      [Token.symbol, 'x'],
    ],
  };
  const symbolTexts = ['a_B9', '_x', 'a-1b', '1x'];
  Object.entries(symbols).forEach(([name, want], i) => {
    test(name, () => {
      assert.deepEqual(tokensOf(symbolTexts[i] ?? ''), want);
    });
  });

  const blanks: Record<string, string> = {
    'all six ASCII blanks': ' \t\n\v\f\r* ',
    'a comment up to the end of its line': '// * -> "\n*',
    'a comment that ends the text': '* // end',
    'comments one after the other': '// a\n  // b\n*',
  };
  for (const [name, text] of Object.entries(blanks)) {
    test(`passes over ${name}`, () => {
      assert.deepEqual(tokensOf(text), [[Token.any]]);
    });
  }

  const strings: Record<string, readonly [text: string, value: string]> = {
    'in double quotes': ['"a b"', 'a b'],
    'in backticks': ['`a "b"`', 'a "b"'],
    'with its quote escaped': ['"a\\"b"', 'a"b'],
    'with the other quote in it': ['"a`b"', 'a`b'],
    'with a line break in it': ['"a\nb"', 'a\nb'],
    'with escapes for control characters': ['"\\a\\b\\f\\n\\r\\t\\v"', '\x07\b\f\n\r\t\v'],
    'with an escaped backslash before its end': ['"a\\\\"', 'a\\'],
    'keeping the backslash of other escapes': ['"\\d\\`"', '\\d\\`'],
    'with text beyond ASCII': ['"é\u{1F600}"', 'é\u{1F600}'],
  };
  for (const [name, [text, value]] of Object.entries(strings)) {
    test(`reads a string ${name}`, () => {
      assert.deepEqual(tokensOf(text), [[Token.string, value]]);
    });
  }

  const patterns: Record<string, readonly [text: string, value: string]> = {
    'as it stands': ['/^a[.]b$/', '^a[.]b$'],
    'with an escaped slash': ['/a\\/b/', 'a/b'],
    'with a slash in a character class': ['/[/]a/', '[/]a'],
    'keeping the escapes of the pattern': ['/\\d\\[\\./', '\\d\\[\\.'],
    'halving escaped backslashes': ['/\\\\d/', '\\d'],
    'in which an escaped bracket opens no character class': ['/\\[/', '\\['],
  };
  for (const [name, [text, value]] of Object.entries(patterns)) {
    test(`reads a regular expression ${name}`, () => {
      assert.deepEqual(tokensOf(text), [[Token.regexp, value]]);
    });
  }

  const numbers: Record<string, readonly string[]> = {
    '0': ['0'],
    '-1': ['-1'],
    '.5': ['.5'],
    '-.5': ['-.5'],
    '007': ['007'],
    '1.25': ['1.25'],
    '1.2.3': ['1.2', '.3'],
  };
  for (const [text, values] of Object.entries(numbers)) {
    test(`reads ${text} as ${values.join(' and ')}`, () => {
      assert.deepEqual(
        tokensOf(text),
        values.map((value) => [Token.number, value]),
      );
    });
  }

  const wrong: Record<string, readonly [text: string, problem: RegExp]> = {
    'a string without an end': ['"a', /the string that begins here has no closing "/],
    'a string whose last quote is escaped': ['"a\\"', /no closing "/],
    'a regular expression without an end': ['/a', /no closing \//],
    'a slash that ends the text': ['/', /no closing \//],
    'a regular expression that ends in a character class': ['/[/', /no closing \//],
    'a number that ends with a point': ['1.', /a digit after the decimal point/],
    'a lone point': ['.', /a digit after the decimal point/],
    'a single ampersand': ['&', /"&" has no meaning here/],
    'a lone minus': ['- 1', /"-" has no meaning here/],
    'a no-break space': ['\u00a0*', /has no meaning here/],
    'a character beyond the basic plane': ['\u{1F600}', /"\u{1F600}" has no meaning here/u],
  };
  for (const [name, [text, problem]] of Object.entries(wrong)) {
    test(`refuses ${name}`, () => {
      assert.throws(() => tokensOf(text), { name: 'EskipSyntaxError', message: problem });
    });
  }

  test('ends on any text, with tokens or with a syntax error', () => {
    const characters = Array.from('ab1._-"`/\\[]<>()&*:;, \n\u{1F600}');
    const eskipLike = fc.string({ unit: fc.constantFrom(...characters) });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), eskipLike), (text) => {
        try {
          return tokensOf(text).length <= text.length;
        } catch (error) {
          return error instanceof EskipSyntaxError && error.offset <= text.length;
        }
      }),
    );
  });
});
