import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { type GoRegexp, compileGoRegexp } from './go-regexp.ts';

function regexpOf(source: string): GoRegexp {
  const compiled = compileGoRegexp(source);
  if (!compiled.ok) assert.fail(compiled.problem);
  return compiled.regexp;
}

// What is expected here was made by Go's own regexp package.

describe('replaceAll', () => {
  const replaced: Record<string, readonly [source: string, template: string, text: string, want: string]> = {
    'puts groups into the replacement': [
      'Source[(](.*)[)]',
      'ClientIP($1)',
      'Source("10.0.0.0/8")',
      'ClientIP("10.0.0.0/8")',
    ],
    'takes no empty match right behind another': ['b*', 'X', 'abc', 'XaXcX'],
    'finds empty matches between characters': ['', '-', 'aé\u{1F600}', '-a-é-\u{1F600}-'],
    'knows named groups in both spellings': ['(?P<n>a)(?<m>b)?', '[${n}$m]', 'abac', '[ab][a]c'],
    'reads $1x as a name': ['(a)', '[$1x${1}x]', 'a', '[ax]'],
    'writes nothing for groups that are unknown or took no part': ['(a)|(b)', '$2$1$9!', 'ab', 'a!b!'],
    'keeps dollar signs that begin no reference': ['a', '$$1 $ ${ ${} $-', 'a', '$1 $ ${ ${} $-'],
    'reads a number with a leading zero as a name': ['(a)', '$01.', 'a', '.'],
    'matches $ at the end of the text only': ['$', 'E', 'a\n', 'a\nE'],
    'matches \\A and \\z at the ends of the text': ['\\Aa|a\\z', 'X', 'aaa', 'XaX'],
    'ends lines at \\n only': ['(?m)^a$', 'X', 'a\r\na\u2028\na', 'a\r\na\u2028\nX'],
    'lets a dot match anything but \\n': ['a.b', 'X', 'a\rb a\u2028b a\nb', 'X X a\nb'],
    'lets a dot match \\n with (?s)': ['(?s)a.b', 'X', 'a\nb', 'X'],
    'ignores case for the rest of a group, other alternatives included': ['a(?i)b|c', 'X', 'aBCa', 'XXa'],
    'stops ignoring case': ['(?i)a(?-i)b|c', 'X', 'AbABCc', 'XABCX'],
    'ignores case within (?i:…)': ['(?i:a)a', 'X', 'Aa AA', 'X AA'],
    'ends a flag with its group': ['(?:(?i)a)a', 'X', 'Aa AA', 'X AA'],
    'knows POSIX classes': ['[[:alpha:]_]+', 'X', 'aé_1', 'XéX1'],
    'knows negated POSIX classes': ['[^[:^digit:]]', 'X', 'a1', 'aX'],
    'folds a class before it negates it': ['(?i)[[:^lower:]]', 'X', 'sSſ1', 'sSſX'],
    'takes \\s for ASCII blanks without \\v': ['\\s', 'X', '\v \u00a0\t', '\vX\u00a0X'],
    'takes \\d and \\w for ASCII': ['[\\d\\W]|\\w+', 'X', '٣é12ab', 'XXXXX'],
    'knows Unicode classes by category and script': ['\\pL+|\\p{Greek}', 'X', 'aλ1', 'X1'],
    'knows negated Unicode classes': ['\\P{L}|\\p{^Greek}', 'X', 'λ1', 'λX'],
    'takes a closing bracket at the start and a minus at the end of a class for characters': [
      '[]a-]+',
      'X',
      ']a-b',
      'Xb',
    ],
    'takes an opening bracket in a class for a character': ['[[a]+', 'X', '[a]', 'X]'],
    'takes quoted text literally': ['\\Qa.b\\E+', 'X', 'a.bb a1b', 'X a1b'],
    'takes quoted text without an end literally': ['\\Q(.', 'X', '(.', 'X'],
    'knows escapes by number': ['\\x41\\x{1F600}\\103\\_\\-', 'X', 'A\u{1F600}C_-', 'X'],
    'knows escapes of control characters': ['[\\a\\f\\n\\r\\t\\v]+', 'X', '\x07\f\n\r\t\v', 'X'],
    'takes a brace that begins no repetition for a character': ['{,2}a{2}', 'X', '{,2}aa', 'X'],
    'knows repetitions, greedy and lazy': ['a{1,2}?b?', 'X', 'aab', 'XX'],
    'takes a slash, a quote and a brace for characters': ['/"}]', 'X', '/"}]', 'X'],
  };
  for (const [name, [source, template, text, want]] of Object.entries(replaced)) {
    test(name, () => {
      assert.equal(regexpOf(source).replaceAll(text, template), want);
    });
  }

  test('finds text that was escaped, and nothing else', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '.', '*', '\\', '[', ']', '{', '1', '/', '\n', '\u{1F600}') });
    fc.assert(
      fc.property(text, text, (needle, rest) => {
        const source = needle.replace(/[\\.*[\]{]/g, '\\$&');
        const want = needle === '' ? undefined : rest.replaceAll(needle, () => 'X');
        assert.equal(needle === '' ? undefined : regexpOf(source).replaceAll(rest, 'X'), want);
      }),
    );
  });
});

describe('test', () => {
  test('finds a match anywhere, time after time', () => {
    const regexp = regexpOf('b[.]c$');
    assert.deepEqual([regexp.test('a.b.c'), regexp.test('a.b.c'), regexp.test('b.c.d')], [true, true, false]);
  });
});

describe('compileGoRegexp', () => {
  test('keeps the source as it was written', () => {
    assert.equal(regexpOf('(?i)a[.]b').source, '(?i)a[.]b');
  });

  // Go refuses these too.
  const refused: Record<string, readonly [source: string, problem: string]> = {
    'a group without an end': ['(a', 'a ( has no )'],
    'an end without a group': ['a)', 'a ) has no ('],
    'a class without an end': ['[a', 'a [ has no ]'],
    'an empty class': ['[]', 'a [ has no ]'],
    'a repetition of a repetition': ['a**', '* stands where nothing can be repeated'],
    'a repetition of nothing': ['(|*a)', '* stands where nothing can be repeated'],
    'a large repetition': ['a{1001}', '{1001} exceeds 1000'],
    'a reference to a group': ['(a)\\1', '\\1 is not an escape that Go knows'],
    'an escape of a letter without meaning': ['\\Z', '\\Z is not an escape that Go knows'],
    'a backslash at the end': ['a\\', '\\ is not an escape that Go knows'],
    'a character beyond Unicode': ['\\x{110000}', '\\x is not an escape that Go knows'],
    'a range that runs backwards': ['[b-a]', 'b-a is a range that runs backwards'],
    'an unknown POSIX class': ['[[:x:]]', '[:x:] is not a class that Go knows'],
    'an unknown Unicode class': ['\\p{Foo}', 'Foo is not a Unicode class that is known here'],
    'a property that is no class in Go': ['\\p{Alphabetic}', 'Alphabetic is not a Unicode class that is known here'],
    'a Unicode class without a name': ['\\p', '\\p needs the name of a Unicode class'],
    lookahead: ['a(?=b)', '(?=b begins a group that is not supported; lookaround and flag U are not'],
    'a name with a dash': ['(?P<a-b>c)', '"a-b" cannot be the name of a group'],
    'an unknown flag': ['(?z)', '(?z) begins a group that is not supported; lookaround and flag U are not'],
  };
  // Go takes these.
  const untranslatable: Record<string, readonly [source: string, problem: string]> = {
    'the flag that makes repetitions lazy': [
      '(?U)a+',
      '(?U) begins a group that is not supported; lookaround and flag U are not',
    ],
    'a repetition that ends at an empty match in Go alone': [
      '(|a)*',
      '* repeats a group that may be empty, which JavaScript does in another way',
    ],
    'the same one level deeper': [
      '(?:b?(?:a*?))+',
      '+ repeats a group that may be empty, which JavaScript does in another way',
    ],
    'a repetition behind a flag': ['a(?i)+', '+ stands where nothing can be repeated'],
    'a negated Unicode class in brackets when case is ignored': [
      '(?i)[\\PL]',
      'a negated Unicode class in brackets is not supported together with (?i)',
    ],
  };
  for (const [name, [source, problem]] of Object.entries({ ...refused, ...untranslatable })) {
    test(`refuses ${name}`, () => {
      const want = { ok: false, problem: `regular expression ${JSON.stringify(source)}: ${problem}` };
      assert.deepEqual(compileGoRegexp(source), want);
    });
  }

  test('refuses the repetition of an assertion, which Go takes', () => {
    assert.ok(!compileGoRegexp('^*').ok);
  });

  const repeatable = ['(a*)*', '(a|b)*', '(?:a|bc?)+', '(.*)?', '(?:(a+?)b)*', '(?:a*?b)+'];
  for (const source of repeatable) {
    test(`takes ${source}, which runs the same in both`, () => {
      assert.ok(compileGoRegexp(source).ok);
    });
  }

  test('compiles any text or says why not', () => {
    const unit = fc.constantFrom(
      'a',
      '(',
      ')',
      '[',
      ']',
      '\\',
      '?',
      '*',
      '|',
      '{',
      '1',
      '}',
      ':',
      '^',
      'p',
      '-',
      '(?i)',
      'Q',
    );
    fc.assert(
      fc.property(fc.string({ unit }), (source) => {
        const compiled = compileGoRegexp(source);
        return compiled.ok ? compiled.regexp.source === source : compiled.problem.startsWith('regular expression ');
      }),
    );
  });
});
