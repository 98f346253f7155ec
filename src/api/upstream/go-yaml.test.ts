import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { goYamlValue, readGoYaml } from './go-yaml.ts';

/** The value of the only document, or why there is none. */
function read(text: string): unknown {
  const [document, ...more] = readGoYaml(text);
  assert.deepEqual(more, []);
  if (document === undefined) return undefined;
  const result = goYamlValue(document);
  return result.ok ? result.value : `${result.offset}: ${result.message}`;
}

describe('a scalar is what Go takes it for:', () => {
  const cases: Readonly<Record<string, unknown>> = {
    ...{ yes: true, y: true, On: true, TRUE: true, no: false, N: false, off: false, False: false },
    ...{ yEs: 'yEs', nil: 'nil', None: 'None', '~': null, NULL: null, '': null },
    ...{ '0777': 511, '0o17': 15, '08': 8, '0x1F': 31, '0b11': 3, '-0x10': -16, '+5': 5, '1_000': 1000, '0x': '0x' },
    ...{ '1e3': 1000, '1.': 1, '.5': 0.5, '.5_0': 0.5, '._5': '._5', '1e400': '1e400', '1.10': 1.1 },
    ...{ '18446744073709551615': 2 ** 64, '-9223372036854775809': -(2 ** 63) },
    ...{ '0xfffffffffffffffff': '0xfffffffffffffffff', '190:20:30': '190:20:30', '2001-01-01': '2001-01-01' },
    ...{ "'yes'": 'yes', '"0777"': '0777', '!!str yes': 'yes', '!!int "5"': 5, '!!binary aGk=': 'hi', '! "5"': 5 },
    ...{ '!other 5': '5', '!!int x': '9: cannot be read as int', '!!binary "*"': '12: is no base64' },
    ...{ '.inf': '3: .inf is no number in JSON' },
  };
  for (const [written, want] of Object.entries(cases)) {
    test(written === '' ? 'nothing' : written, () => {
      const isMistake = typeof want === 'string' && /^\d+: /.test(want);
      assert.deepEqual(read(`k: ${written}`), isMistake ? want : { k: want });
    });
  }
});

describe('a map is what Go makes of it:', () => {
  const cases: Readonly<Record<string, readonly [string, unknown]>> = {
    'keys become text': [
      '{0x10: a, 08: b, 1.10: c, 1e6: d, yes: e, "on": f, 123456789.5: g, 1e90: h}',
      { 16: 'a', 8: 'b', 1.1: 'c', '1e+06': 'd', true: 'e', on: 'f', '1.2345679e+08': 'g', '.inf': 'h' },
    ],
    'a zero below zero is another key, where it is no integer': ['{-0: a, -0.0: b, -.0e5: c}', { 0: 'a', '-0': 'c' }],
    'a key that is null is refused': ['a: 1\n~: 2', '5: a key is missing'],
    'a key of 64 bits is refused': ['18446744073709551615: 2', '0: a key is missing'],
    'a list is no key': ['[1]: 2', '0: a key has to be a word'],
    'of two equal keys the last one counts': ['{a: 1, b: 2, a: 3}', { a: 3, b: 2 }],
    'what << brings beats keys before it, and not those after it': [
      '{one: &one {a: 1, b: 1}, two: {a: 2, <<: *one, b: 2}}',
      { one: { a: 1, b: 1 }, two: { a: 1, b: 2 } },
    ],
    'of several maps that << brings, the first counts': ['<<: [{a: 1}, {a: 2, b: 2}]', { a: 1, b: 2 }],
    'a << in quotes is a key': ['"<<": {a: 1}', { '<<': { a: 1 } }],
    '<< takes nothing but maps': ['<<: 5', '4: << takes a map, or a list of maps'],
    'a name of JavaScript is a key as any other': [
      '{__proto__: {a: 1}}',
      Object.fromEntries([['__proto__', { a: 1 }]]),
    ],
    'an endless number that is replaced does no harm': ['{a: .inf, a: 1}', { a: 1 }],
  };
  for (const [name, [text, want]] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(read(text), want);
    });
  }
});

describe('a dash within brackets', () => {
  const cases: Readonly<Record<string, readonly [string, unknown]>> = {
    'is a text where a bracket or a comma follows': [
      '[-, [-], {a: -, b: -}, -]',
      ['-', ['-'], { a: '-', b: '-' }, '-'],
    ],
    'is one on a line of its own, too': ['k: [a,\n  -,\n  -]\nb: 1', { k: ['a', '-', '-'], b: 1 }],
    'is a key as ever': ['{-: a}', { '-': 'a' }],
    'is a mistake before anything else': ['[- a]', /^\d+: /],
    'is a mistake before a blank': ['[a, - ]', /^\d+: /],
    'outside of them begins a list': ['- -\n- "[-]"\n- a[-]', [[null], '[-]', 'a[-]']],
    'in a comment or a text is what it is': ['a: "[-]" # [-]\nb: |\n  [-]\n', { a: '[-]', b: '[-]\n' }],
  };
  for (const [name, [text, want]] of Object.entries(cases)) {
    test(name, () => {
      if (want instanceof RegExp) assert.match(String(read(text)), want);
      else assert.deepEqual(read(text), want);
    });
  }
});

describe('an alias', () => {
  test('stands for what it names, in the latest sense of the name', () => {
    assert.deepEqual(read('[&a 1, *a, &a 2, *a]'), [1, 1, 2, 2]);
  });

  test('that leads to itself is refused', () => {
    assert.equal(read('a: &a [*a]'), '7: anchor a contains itself');
  });

  test('may stand often, but not for nearly everything', () => {
    const doubled = Array.from({ length: 30 }, (_, i) => `k${i + 1}: &k${i + 1} [*k${i}, *k${i}]`);
    assert.match(String(read(['k0: &k0 x', ...doubled].join('\n'))), /Excessive alias count/);
  });
});

test('a block of text ends as its last line does', () => {
  assert.deepEqual([read('a: |\n  b\n'), read('a: |\n  b')], [{ a: 'b\n' }, { a: 'b' }]);
});

test('documents are empty, or have a value', () => {
  const values = readGoYaml('# a\n---\n{}\n---\n# nothing\n---\nb: 1\n').map((document) => goYamlValue(document));
  assert.deepEqual(
    values,
    [{}, null, { b: 1 }].map((value) => ({ ok: true, value })),
  );
});

test('as written, numbers and booleans are text, and null is null', () => {
  const [document] = readGoYaml('{a: 0777, b: yes, c: ~, d: [1.10]}');
  assert.deepEqual(document === undefined ? undefined : goYamlValue(document, { asWritten: true }), {
    ok: true,
    value: { a: '0777', b: 'yes', c: null, d: ['1.10'] },
  });
});

test('a mistake in the text has its place', () => {
  assert.match(String(read('a: "b')), /^\d+: Missing closing "quote/);
});
