import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { filterTexts, predicateTexts, routeTexts } from '../../test/fuzz/eskip-texts.ts';
import { parseFilters, parsePredicates, parseRoutes } from './parse.ts';
import { printCall, printRoutes } from './print.ts';
import type { EskipSyntaxError } from './syntax-error.ts';

const runs = { numRuns: 2_000 };

/** A person can go to the place: it is in the text, or just behind its end. */
function assertPlaced(text: string, { line, column, message }: EskipSyntaxError): void {
  const lines = text.split('\n');
  assert.ok(line >= 1 && line <= lines.length, message);
  assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1, message);
  assert.match(message, new RegExp(`^line ${line}, column ${column}\\b`));
}

suite('a text of any kind is read as routes, or refused with its place', () => {
  test('routes that are taken print and read back as the same', () => {
    let taken = 0;
    fc.assert(
      fc.property(routeTexts, (text) => {
        const parsed = parseRoutes(text);
        if (!parsed.ok) {
          assertPlaced(text, parsed.error);
          return;
        }
        taken += 1;
        const printed = printRoutes(parsed.routes);
        const again = parseRoutes(printed);
        assert.ok(again.ok, printed);
        assert.equal(printRoutes(again.routes), printed);
      }),
      runs,
    );
    assert.ok(taken > 200, `only ${taken} texts were eskip`);
  });

  const lists = {
    filters: { texts: filterTexts, read: (text: string) => [parseFilters(text), ' -> '] as const },
    predicates: { texts: predicateTexts, read: (text: string) => [parsePredicates(text), ' && '] as const },
  };
  for (const [what, { texts, read }] of Object.entries(lists)) {
    test(`${what} that are taken print and read back as the same`, () => {
      fc.assert(
        fc.property(texts, (text) => {
          const [parsed, separator] = read(text);
          if (!parsed.ok) {
            assertPlaced(text.trim(), parsed.error);
            return;
          }
          const calls = 'filters' in parsed ? parsed.filters : parsed.predicates;
          const [again] = read(calls.map(printCall).join(separator));
          assert.deepEqual(again, parsed);
        }),
        runs,
      );
    });
  }
});

test('the time to read a text grows with its length and no faster', () => {
  const hostile = ['(', '/[', '"\\', '// ', 'a(', '<', 'x: * -> ', '&&', '`', '[', 'Path(/(a+)+$/) && '];
  for (const part of hostile) {
    // Quadratic reading of two million characters would take minutes: the runner's own deadline tells.
    const text = `x ${part.repeat(Math.ceil(2_000_000 / part.length))}`;
    assert.equal(parseRoutes(text).ok, false, part);
  }
});
