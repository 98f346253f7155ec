/** Texts of YAML as people write them, and odder: every scalar of YAML 1.1, keys of all kinds, anchors and merges. */
import fc from 'fast-check';

const words = [
  ...['y', 'Y', 'n', 'N', 'yes', 'Yes', 'YES', 'yEs', 'no', 'No', 'NO', 'on', 'On', 'ON', 'off', 'Off', 'OFF', 'oN'],
  ...['true', 'True', 'TRUE', 'tRue', 'false', 'False', 'FALSE', '~', 'null', 'Null', 'NULL', 'nil', 'None', ''],
  ...['<<', '=', '.', '..', '+', '_', '.nan', '.NaN', '.inf', '-.INF', '+.Inf', '.iNf', 'inf', 'nan', '0x', '0b'],
  ...['-', '--'],
  ...['2001-01-01', '2001-1-1', '2001-01-01T00:00:00Z', '2001-12-14 21:59:43.10', '190:20:30', '1:20', '12:30:45.5'],
  ...['a', 'web', 'a.example.org', '10.0.0.1', '1.2.3', 'v1', '80%', '/a', 'a b', 'é', '日本', "it's", 'a:b', 'a#b'],
] as const;
const quoted = ["''", '""', "'yes'", '"0777"', "'~'", '"a\\nb"', '"\\u00e9"', "'it''s'", '"\\x41"', '"null"'];
const tagged = [
  '!!str yes',
  '!!str 5',
  '!!int "5"',
  '!!int x',
  '!!float 3',
  '!!bool "on"',
  '!!null ""',
  '!!binary aGk=',
];

const digits = fc.stringMatching(/^[0-9_]{1,6}$/);
const numbers = fc
  .tuple(
    fc.constantFrom('', '', '-', '+'),
    fc.constantFrom('', '', '0', '0o', '0O', '0x', '0X', '0b', '0B', '00', '.', '1.', '0.'),
    fc.oneof(digits, fc.stringMatching(/^[0-9a-fA-F]{1,5}$/), fc.stringMatching(/^[01]{1,4}$/)),
    fc.constantFrom('', '', '', '.', '.5', 'e3', 'E+2', 'e-7', 'e400', '_', '_0', 's', '000000000000000000000'),
  )
  .map((parts) => parts.join(''));
const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  { weight: 4, arbitrary: numbers },
  { weight: 2, arbitrary: fc.constantFrom(...quoted) },
  { weight: 1, arbitrary: fc.constantFrom(...tagged) },
);
/**
 * What a large part of keys are: text. Go cannot find what is under a key that is no number, and minds a key that
 * is null, or of 64 bits, only where nothing replaces it.
 */
const key = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c', 'name', 'port', 'zalando.org/x') },
  { weight: 1, arbitrary: scalar.filter((text) => !/^(\.nan|~|null|)$|0{12}|!!null/i.test(text)) },
);

const flow: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar.filter((text) => !/[,{}[\]]/.test(text)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 3 })
      .map((pairs) => `{${pairs.map(([name, value]) => `${name}: ${value}`).join(', ')}}`),
  ),
})).value;

const comment = fc.constantFrom('', '', '', ' # yes', ' # a: b');
const line = fc.tuple(key, fc.oneof(flow, scalar), comment).map(([name, value, end]) => `${name}: ${value}${end}`);
const blockText = fc
  .tuple(
    fc.constantFrom('|', '>', '|-', '>-', '|+', '|2'),
    fc.array(fc.constantFrom('x', 'a: b', '', '  y', '# z'), { maxLength: 4 }),
  )
  .map(([head, lines]) => `text: ${head}\n${lines.map((text) => (text === '' ? '' : `  ${text}`)).join('\n')}`);
/** Anchors and what refers to them; keys come before, between and after. */
const merged = fc
  .tuple(
    fc.array(line, { maxLength: 2 }),
    fc.constantFrom('*one', '[*one, *two]', '[*two, *one]', '{a: 9}', '*list'),
    fc.array(line, { maxLength: 2 }),
  )
  .map(([before, target, after]) =>
    [
      'one: &one {a: 1, b: 2}',
      'two: &two {b: 3, c: yes}',
      'list: &list [1]',
      'all:',
      ...[...before, `<<: ${target}`, ...after].map((text) => `  ${text}`),
      'again: *one',
    ].join('\n'),
  );

const block: fc.Arbitrary<readonly string[]> = fc.letrec<{ lines: readonly string[] }>((tie) => ({
  lines: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.array(line, { minLength: 1, maxLength: 4 }),
    fc.tuple(key, tie('lines')).map(([name, lines]) => [`${name}:`, ...lines.map((text) => `  ${text}`)]),
    fc
      .tuple(key, fc.array(tie('lines'), { minLength: 1, maxLength: 2 }))
      .map(([name, items]) => [
        `${name}:`,
        ...items.flatMap((lines) => lines.map((text, index) => (index === 0 ? `- ${text}` : `  ${text}`))),
      ]),
    fc
      .array(fc.oneof(flow, scalar), { minLength: 1, maxLength: 3 })
      .map((items) => ['l:', ...items.map((text) => `- ${text}`)]),
  ),
})).lines;

/** One document. */
export const documentTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: flow },
  { weight: 6, arbitrary: block.map((lines) => lines.join('\n')) },
  { weight: 1, arbitrary: blockText },
  { weight: 3, arbitrary: merged },
);

const kinds = ['Ingress', 'RouteGroup', 'Service', 'Endpoints', 'EndpointSlice', 'Secret'];
const object = fc
  .tuple(fc.constantFrom(...kinds), key, block)
  .map(([kind, name, lines]) => [
    `kind: ${kind}`,
    `metadata: {name: ${name}}`,
    'spec:',
    ...lines.map((text) => `  ${text}`),
  ]);
const list = fc
  .array(object, { maxLength: 2 })
  .map((objects) => [
    'kind: List',
    'items:',
    ...(objects.length === 0
      ? ['- {}']
      : objects.flatMap((lines) => lines.map((text, index) => `${index === 0 ? '-' : ' '} ${text}`))),
  ]);
const separator = fc.constantFrom(
  '\n---\n',
  '\n---\n',
  '\n--- # next\n',
  '\n---\n---\n',
  '\n---\n# nothing\n---\n',
  '\n...\n---\n',
  '\n',
);
const lead = fc.constantFrom('', '', '---\n', '# first\n', '# first\n---\n', '\n\n', '\ufeff', '%YAML 1.1\n---\n');

/** Skipper's loader writes such a key again, as the integer 0. */
const negativeZeroKey = /-[0_.]+(e[+_-]?[\d_]+)?\s*:/i;

/** Files of objects, as cases of Skipper have them. Endless numbers do no harm there in what Go never lists. */
export const fixtureTexts: fc.Arbitrary<string> = fc
  .tuple(
    lead,
    fc.array(fc.tuple(fc.oneof({ weight: 5, arbitrary: object }, { weight: 1, arbitrary: list }), separator), {
      maxLength: 3,
    }),
  )
  .map(([start, parts]) => start + parts.map(([lines, end]) => lines.join('\n') + end).join(''))
  .filter((text) => !/\.(nan|inf)/i.test(text) && !negativeZeroKey.test(text));
