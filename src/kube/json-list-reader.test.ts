/** Lists in JSON are read however they arrive, and say what JSON.parse says of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { JsonListReader } from './json-list-reader.ts';

/** Reads what arrives in pieces of `sizes`, again from the first when all were used. */
function inPieces(text: string | Buffer, sizes: readonly number[]): unknown {
  const bytes = Buffer.from(text);
  const list = new JsonListReader();
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const to = at + (sizes[piece % sizes.length] ?? bytes.length);
    list.push(bytes.subarray(at, to));
    at = to;
  }
  return list.end();
}

/** What `read` gives, or that it is no JSON. */
function orRefused(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch (error) {
    assert.ok(error instanceof SyntaxError);
    return 'refused';
  }
}

const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

/** Texts that look like what is around them. */
const signs = ['"', '\\', '{', '}', '[', ']', ':', ',', 'é', '😀', '\n'] as const;
const text = fc.string({ unit: fc.constantFrom(...signs, '"items":[{') });
/** None that becomes a second `items` when a character of it is another one. */
const name = fc.oneof(fc.constantFrom('metadata', 'kind'), fc.string({ unit: fc.constantFrom(...signs) }));
const value = fc.oneof(
  { maxDepth: 2 },
  text,
  fc.integer(),
  fc.constantFrom(null, true),
  fc.array(text),
  fc.dictionary(text, text),
  fc.record({ items: fc.array(fc.dictionary(text, text)), metadata: fc.dictionary(text, fc.array(text)) }),
);
/** The members of a list in any order, among others, as a server or a person may write them. */
const listText = fc
  .tuple(
    fc.uniqueArray(fc.tuple(name, value), { selector: ([it]) => it }),
    fc.array(fc.oneof({ weight: 5, arbitrary: fc.dictionary(text, value) }, value), { maxLength: 6 }),
    fc.nat(10),
    fc.constantFrom(undefined, 1, '\t'),
  )
  .map(([others, items, at, indent]) =>
    JSON.stringify(
      Object.fromEntries<unknown>([...others.slice(0, at), ['items', items], ...others.slice(at)]),
      undefined,
      indent,
    ),
  );

/**
 * Whether JSON.parse can be asked: once it has read a key of a single backslash, V8 13.6 takes other keys of one escaped
 * character for it: `{"a":1,"\\":2}` and then `{"a":1,"\n":2}` (https://github.com/nodejs/node/issues/63785).
 */
const isParsedRightly = (json: string): boolean => !/"\\\\"\s*:/.test(json);

describe('a list', () => {
  test('is what was written, wherever it was cut', () => {
    fc.assert(
      fc.property(listText, cuts, (written, sizes) => {
        fc.pre(isParsedRightly(written));
        assert.deepEqual(inPieces(written, sizes), JSON.parse(written));
      }),
      { numRuns: 500 },
    );
  });

  test('is refused when JSON.parse refuses it, and says the same when it does not', () => {
    const byte = fc.oneof(fc.constantFrom('"', '\\', '{', '}', '[', ']', ':', ',', 'i', '0', ' '), fc.constant(''));
    fc.assert(
      fc.property(listText, fc.nat(), byte, cuts, (written, place, other, sizes) => {
        const at = place % written.length;
        const broken = written.slice(0, at) + other + written.slice(at + 1);
        fc.pre(isParsedRightly(written) && isParsedRightly(broken));
        assert.deepEqual(
          orRefused(() => inPieces(broken, sizes)),
          orRefused(() => JSON.parse(Buffer.from(broken).toString())),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('has items that are longer than what arrives at a time', () => {
    const list = { items: ['a'.repeat(300), 'b'.repeat(70_000), 'c'].map((name) => ({ metadata: { name } })) };
    for (const size of [1, 255, 4_096, 65_536]) assert.deepEqual(inPieces(JSON.stringify(list), [size]), list);
  });

  test('gives items as they arrive, and each of them once', () => {
    const list = new JsonListReader();
    list.push(Buffer.from('{"items":[{"a":1},{"b":'));
    assert.deepEqual([list.ready, list.take(), list.ready, list.take()], [1, [{ a: 1 }], 0, []]);
    list.push(Buffer.from('{}},{},{"c":1'));
    assert.deepEqual([list.ready, list.take()], [2, [{ b: {} }, {}]]);
    list.push(Buffer.from('},{}],"metadata":{"continue":""}}'));
    assert.deepEqual(list.end(), { items: [{ c: 1 }, {}], metadata: { continue: '' } });
  });

  test('is broken when an item is', () => {
    const list = new JsonListReader();
    list.push(Buffer.from('{"items":[{"metadata":{"name":"web"}},{"metadata":'));
    assert.throws(() => {
      list.push(Buffer.from(']}'));
    }, SyntaxError);
  });

  const written: Readonly<Record<string, string>> = {
    'has none': '{"metadata":{"resourceVersion":"12"},"items":[]}',
    'has no place for them': '{"metadata":{"resourceVersion":"12"}}',
    'has null for them': '{"items":null}',
    'has an object for them': '{"items":{"items":[{"a":1}]}}',
    'has them behind its name and a space': '{ "items" :\r\n\t[ {"a":1} , {"b":2} ] }',
    'has their name written with an escape': '{"\\u0069tems":[{"a":1},{"b":2}]}',
    'has a member that is called nearly so': '{"\\"items":[{"a":1}],"items":[{"b":2}]}',
    'has empty ones': '{"items":[{},{"a":{}},{}]}',
    'has some that are no objects': '{"items":[1,{"a":1},[{"b":2}],"c",null,{}]}',
    'has a list among them': '{"items":[{"items":[{"items":[{}]}]}]}',
    'is an array': '[{"items":[{"a":1}]}]',
    'is a text': '"items"',
    'is a number': '12',
  };
  for (const [what, json] of Object.entries(written)) {
    test(`is read when it ${what}`, () => {
      for (const size of [1, 2, 7, json.length]) assert.deepEqual(inPieces(json, [size]), JSON.parse(json));
    });
  }

  const wrong: Readonly<Record<string, string>> = {
    'it is empty': '',
    'it is no JSON': '<html>the proxy says no</html>',
    'something is behind it': '{"items":[{"a":1}]}]',
    'it has its items twice': '{"items":[{"a":1}],"items":[{"b":2},{"c":3}]}',
    'it has its items once more, as something else': '{"items":[{"a":1}],"items":12}',
  };
  for (const [what, json] of Object.entries(wrong)) {
    test(`is refused when ${what}`, () => {
      for (const size of [1, 5, 100]) assert.throws(() => inPieces(json, [size]), SyntaxError);
    });
  }

  test('is refused while it is not all there', () => {
    const json = JSON.stringify({ metadata: { resourceVersion: '12' }, items: [{ a: '\\"' }, { b: ['}'] }] });
    for (let length = 0; length < json.length; length++) {
      assert.throws(() => inPieces(json.slice(0, length), [3]), SyntaxError, `${length} characters`);
    }
  });
});
