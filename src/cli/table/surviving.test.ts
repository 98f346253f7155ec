import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test, type TestContext } from 'node:test';
import { compareTexts, type Comparison } from '../../shadow/index.ts';
import { run } from '../run.test-support.ts';
import { surviving } from './surviving.ts';

function comparison(a: string, b: string): Comparison {
  const evidence = compareTexts(a, b, { tolerate: [], maxSamples: Infinity });
  assert.ok(evidence.outcome === 'compared');
  return evidence.comparison;
}

const x = 'x: Path("/x") -> <shunt>;';
const y = 'y: Path("/y") -> status(1) -> <shunt>;';
const y2 = y.replace('1', '2');
const y3 = y.replace('1', '3');

describe('of two looks at living tables', () => {
  const cases: Readonly<Record<string, readonly [readonly [string, string], readonly [string, string], object]>> = {
    'a difference that is gone does not count': [[x, x + y], [x + y, x + y], { added: 0, removed: 0, changed: 0 }],
    'a difference that is new does not count': [[x, x], [x + y, x], { added: 0, removed: 0, changed: 0 }],
    'a difference that stays counts': [[x, x + y], [x, x + y], { added: 1, removed: 0, changed: 0 }],
    'so does one that goes on changing': [[x + y, x + y2], [x + y2, x + y3], { added: 0, removed: 0, changed: 1 }],
    'a route that was missing and is another now does not': [[x + y, x], [x + y, x + y2], { removed: 0, changed: 0 }],
  };
  for (const [name, [first, second, want]] of Object.entries(cases)) {
    test(name, () => {
      const { counts, samples } = surviving(comparison(...first), comparison(...second));
      assert.deepEqual({ ...counts, ...want }, counts);
      assert.equal(samples.length, counts.added + counts.removed + counts.changed);
    });
  }
});

test('what Skipper rejected is no difference in either of two looks, but for what the direct one uses', () => {
  const rejected = {
    count: 2,
    listing: JSON.stringify([
      { id: 'x', error: 'e' },
      { id: 'z', error: 'e' },
    ]),
  };
  const evidence = compareTexts(`${x}\n${y}\n`, `${y}\n`, { tolerate: [], maxSamples: Infinity, rejected });
  assert.ok(evidence.outcome === 'compared');
  const { counts, samples, rejected: aside } = surviving(evidence.comparison, evidence.comparison);
  assert.deepEqual(counts, { added: 0, removed: 1, changed: 0, rejected: 1, tolerated: 0 });
  assert.deepEqual([samples.map(({ routeId }) => routeId), aside?.map(({ routeId }) => routeId)], [['x', 'z'], ['z']]);
});

/** A server of a table that changes when it is told to. */
async function serverOf(context: TestContext, table: { text: string }): Promise<string> {
  const server = createServer((_, response) => response.end(table.text)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

describe('diff of two servers', () => {
  test('looks again before it tells of a difference, and tells of none that has gone', async (context) => {
    const late = { text: x };
    const urls = [await serverOf(context, { text: `${x}\n${y}` }), await serverOf(context, late)];
    const waits: number[] = [];
    const onSleep = (ms: number) => {
      waits.push(ms);
      late.text = `${x}\n${y}`;
    };
    assert.deepEqual(await run(['diff', ...urls], { onSleep }), {
      code: 0,
      out: 'no difference in 2 routes\n',
      err: '',
    });
    assert.deepEqual(waits, [5_000]);
  });

  test('tells of a difference that stays', async (context) => {
    const urls = [await serverOf(context, { text: `${x}\n${y}` }), await serverOf(context, { text: x })];
    const { code, out } = await run(['diff', '--settle', '0.5', ...urls, '-ojson']);
    assert.equal(code, 1);
    const { counts } = JSON.parse(out) as { readonly counts: object };
    assert.deepEqual(counts, { onlyInA: 1, onlyInB: 0, changed: 0, tolerated: 0 });
  });

  test('looks once when it is told to', async (context) => {
    const urls = [await serverOf(context, { text: y }), await serverOf(context, { text: x })];
    const onSleep = () => assert.fail('it waited');
    assert.equal((await run(['diff', '--settle=0', ...urls], { onSleep })).code, 1);
  });

  test('refuses a time that is none', async () => {
    const { code, err } = await run(['diff', '--settle', 'long', 'http://a', 'http://b']);
    assert.equal(code, 2);
    assert.match(err, /^error: --settle: expected seconds, or 0 to look once, found "long"\n$/);
  });
});
