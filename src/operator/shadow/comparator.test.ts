import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import type { Evidence, TextComparisonOptions } from '../../shadow/index.ts';
import { Comparator } from './comparator.ts';

const options: TextComparisonOptions = { tolerate: [], maxSamples: 10 };
const encoder = new TextEncoder();

/** A table of which every route goes to `backend`: two with different backends differ in every route. */
function table(backend: string, routes: number): Uint8Array<ArrayBuffer> {
  const route = (at: number): string =>
    `r${at}: Host(/^h${at}[.]example[.]org$/) -> setPath("/x") -> "http://${backend}";`;
  return encoder.encode(Array.from({ length: routes }, (_, at) => route(at)).join('\n'));
}

const many = 20_000;
let comparator = new Comparator();
afterEach(async () => {
  await comparator.stop();
  comparator = new Comparator();
});

/** Compares, and gives the worker that was started for it. */
function begin(routes: number): { worker: Promise<Worker>; evidence: Promise<Evidence> } {
  const worker = new Promise<Worker>((resolve) => process.once('worker', resolve));
  return { worker, evidence: comparator.compare(table('a', routes), table('b', routes), options) };
}

/** What evidence comes to: how many routes differ, or why there is none. */
const resultOf = (evidence: Evidence): number | string =>
  evidence.outcome === 'compared' ? evidence.comparison.counts.changed : evidence.message;

describe('a comparison', () => {
  test('gives the evidence', async () => {
    assert.equal(resultOf(await begin(3).evidence), 3);
  });

  test('leaves the event loop free for other work', async () => {
    const comparison = { isDone: false };
    let turns = 0;
    const compared = begin(many).evidence.then((evidence) => {
      comparison.isDone = true;
      return evidence;
    });
    while (!comparison.isDone) {
      await new Promise(setImmediate);
      turns += 1;
    }
    assert.equal(resultOf(await compared), many);
    // On this thread it would be one turn: the whole comparison.
    assert.ok(turns > 100, `${turns} turns of the event loop`);
  });

  test('answers each of several callers', async () => {
    const sizes = [1, 40, 7];
    const evidence = sizes.map((size) => comparator.compare(table('a', size), table('b', size), options));
    assert.deepEqual((await Promise.all(evidence)).map(resultOf), sizes);
  });

  test('of one table with itself may be given the same bytes twice', async () => {
    const bytes = table('a', 5);
    assert.equal(resultOf(await comparator.compare(bytes, bytes, options)), 0);
  });

  test('of what is no table gives no evidence', async () => {
    const evidence = await comparator.compare(encoder.encode('{}'), table('a', 1), options);
    assert.equal(evidence.outcome === 'inconclusive' && evidence.reason, 'Unparsable');
  });

  test('of a table that was cut short gives no evidence', async () => {
    const expectedRoutes = { direct: 2, routeServer: 1 };
    const evidence = await comparator.compare(table('a', 1), table('a', 1), { ...options, expectedRoutes });
    assert.equal(evidence.outcome === 'inconclusive' && evidence.reason, 'Incomplete');
  });
});

describe('a thread that dies', () => {
  test('leaves no caller waiting', async () => {
    const { worker, evidence } = begin(many);
    await (await worker).terminate();
    assert.equal(resultOf(await evidence), 'the comparison was lost: the comparing thread ended');
  });

  test('is followed by another one for the next comparison', async () => {
    const { worker, evidence } = begin(many);
    await (await worker).terminate();
    await evidence;
    assert.equal(resultOf(await begin(2).evidence), 2);
  });

  test('of an error does not take the next comparison with it when it exits', async () => {
    const first = begin(many);
    const worker = await first.worker;
    worker.emit('error', new Error('out of memory'));
    assert.equal(resultOf(await first.evidence), 'the comparison was lost: out of memory');
    const second = begin(many);
    await Promise.all([second.worker, worker.terminate()]);
    assert.equal(resultOf(await second.evidence), many);
  });
});

describe('a tolerated pattern that does not come to an end', () => {
  const bomb = '^(a|aa)+$';
  const route = (backend: string): Uint8Array<ArrayBuffer> =>
    encoder.encode(`${'a'.repeat(60)}_b: Path("/") -> "http://${backend}";`);
  const withBomb: TextComparisonOptions = { tolerate: [{ class: 'Filters' }, { route: bomb }], maxSamples: 10 };
  const said =
    'spec.shadow.tolerate[1].route "^(a|aa)+$" does not come to an end on some route ids; ' +
    'write it without one repetition inside another';
  beforeEach(() => {
    comparator = new Comparator({ limitMs: 3_000 });
  });

  test('ends the thread, and is named', async () => {
    const evidence = await comparator.compare(route('a'), route('b'), withBomb);
    assert.equal(evidence.outcome === 'inconclusive' && evidence.reason, 'TookTooLong');
    assert.equal(resultOf(evidence), said);
  });

  test('is not tried a second time', async () => {
    await comparator.compare(route('a'), route('b'), withBomb);
    let threads = 0;
    const count = (): number => (threads += 1);
    process.on('worker', count);
    const evidence = await comparator.compare(route('a'), route('b'), withBomb);
    process.off('worker', count);
    assert.deepEqual({ said: resultOf(evidence), threads }, { said, threads: 0 });
  });

  test('holds nobody else up for longer than the limit', async () => {
    const endless = comparator.compare(route('a'), route('b'), withBomb);
    const next = comparator.compare(table('a', 2), table('b', 2), options);
    assert.deepEqual([resultOf(await endless), resultOf(await next)], [said, 2]);
  });
});

test('stopping makes comparisons under way inconclusive', async () => {
  const { worker, evidence } = begin(many);
  await worker;
  await comparator.stop();
  assert.equal((await evidence).outcome, 'inconclusive');
});
