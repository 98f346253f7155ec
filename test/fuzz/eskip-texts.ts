/**
 * Gives texts that are eskip, nearly eskip, or none: what a parser of what users write has to stand.
 *
 * Three kinds: words of the language in any order, whole routes with a few characters changed, and anything at all.
 */
import fc from 'fast-check';

const names = [
  'r',
  'Path',
  'Host',
  'PathRegexp',
  'Method',
  'Header',
  'HeaderRegexp',
  'Any',
  'setPath',
  '_x9',
  'Weight',
];
const marks = ['->', '&&', '*', '(', ')', ',', ':', ';', '<', '>', '//', '\n', '-', '.', '/', '$', '#', '0x1', '<-'];
const strings = [
  '"a"',
  '`b"c`',
  '"\\"d\\n"',
  '"e\\',
  '`',
  '"',
  '/f/',
  '/g[/]h/',
  '/i\\/j/',
  '/\\[/',
  '/[]]/',
  '/[^]]/',
  '/',
  '""',
  '"\\q"',
];
const numbers = [
  '1',
  '-1',
  '1.5',
  '.5',
  '5.',
  '-.5',
  '1e3',
  '00',
  '1_0',
  '999999999999999999999',
  '0.00001',
  '1.7976931348623157e308',
  '- 1',
];
const backends = [
  '<shunt>',
  '<loopback>',
  '<dynamic>',
  '<forward>',
  '<roundRobin, "http://a:1", "http://b:1">',
  '<"http://a:1", "https://b:1">',
  '<"http://a:1?zone=z">',
  '<>',
  '<x>',
  '<"">',
  '<"http://a/b">',
  '<random, "a:1">',
  '<consistentHash, "http://[::1]:80", "http://[fd00::1]">',
  '"http://a.b:80"',
  '"https://u:p@a.b/p?q"',
];
const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...names) },
  { weight: 4, arbitrary: fc.constantFrom(...marks) },
  { weight: 3, arbitrary: fc.constantFrom(...strings) },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) },
  { weight: 2, arbitrary: fc.constantFrom(...backends) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }).map((text) => text.toWellFormed()) },
);
const gap = fc.constantFrom('', ' ', '\n', '\t', ' // c\n', '\u00a0', '\r\n');
const soup = fc.array(fc.tuple(word, gap), { maxLength: 14 }).map((words) => words.flat().join(''));

const arg = fc.oneof(
  fc.constantFrom(...strings.filter((text) => /^(["`/]).+\1$/.test(text) && text !== '`b"c`'), ...numbers.slice(0, 4)),
  fc.string({ unit: 'grapheme', maxLength: 5 }).map((text) => JSON.stringify(text.toWellFormed())),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const callOf = (name: fc.Arbitrary<string>) =>
  fc.tuple(name, fc.array(arg, { maxLength: 3 })).map(([called, args]) => `${called}(${args.join(', ')})`);
// Predicates such as Path are strict about their arguments and how often they stand there.
const call = callOf(fc.constantFrom('setPath', 'Weight', '_x9', 'Source'));
const fieldCall = fc.oneof(
  callOf(fc.constantFrom(...names)),
  fc.constantFrom('Path("/a")', 'Host(/^a/)', 'Header("a", "b")', 'HeaderRegexp("a", /b/)', 'Method("GET")', 'Any()'),
);
const predicates = fc
  .array(fc.oneof({ weight: 3, arbitrary: call }, { weight: 1, arbitrary: fieldCall }), { minLength: 1, maxLength: 3 })
  .map((calls) => calls.join(' && '));
const filters = fc.array(call, { maxLength: 3 }).map((calls) => calls.map((one) => ` -> ${one}`).join(''));
const expression = fc
  .tuple(fc.oneof(predicates, fc.constant('*')), filters, fc.constantFrom(...backends))
  .map(([matching, applied, backend]) => `${matching}${applied} -> ${backend}`);
const table = fc
  .array(fc.tuple(fc.constantFrom('r1', 'r2', '_3'), expression), { minLength: 1, maxLength: 3 })
  .map((routes) => routes.map(([id, text]) => `${id}: ${text};`).join('\n'));

/** Takes out what stands at `at` and puts `text` there. */
const mutation = fc.record({ at: fc.nat(), length: fc.nat(3), text: word });
function mutated(base: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(base, fc.array(mutation, { maxLength: 1 })).map(([text, mutations]) =>
    mutations
      .reduce((so, { at, length, text: put }) => {
        const from = at % (so.length + 1);
        return so.slice(0, from) + put + so.slice(from + length);
      }, text)
      .toWellFormed(),
  );
}

const anything = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed());
const kinds = (base: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 8, arbitrary: mutated(base) }, { weight: 3, arbitrary: soup }, { weight: 1, arbitrary: anything });

export const routeTexts = kinds(fc.oneof(table, expression));
export const predicateTexts = kinds(predicates);
export const filterTexts = kinds(filters.map((text) => text.replace(/^ -> /, '')));
