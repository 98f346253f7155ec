/** Pages of a list, whose answers the tests give when they please. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KubeError } from './kube-error.ts';
import { listParts } from './list-parts.ts';
import { kinds } from './resource-kind.ts';
import type { RawPage } from './transport.ts';

/** A ConfigMap as it comes in a list. */
const item = (name: string) => ({ metadata: { namespace: 'n', name } });

/** Each call by its token, with the page that answers it. */
class Calls {
  readonly tokens: string[] = [];
  readonly pages: TestPage[] = [];
  /** What each page has before its end. */
  readonly #parts: readonly (readonly unknown[])[];

  constructor(parts: readonly (readonly unknown[])[] = []) {
    this.#parts = parts;
  }

  readonly send = (call: { readonly query?: Readonly<Record<string, string | undefined>> }): RawPage => {
    this.tokens.push(call.query?.['continue'] ?? '');
    const page = new TestPage(this.#parts);
    this.pages.push(page);
    return page.read();
  };

  /** Answers call number `at` with a page of one ConfigMap; `next` is the token of the one behind it. */
  answer(at: number, next = ''): void {
    this.pages[at]?.end.resolve({ metadata: { resourceVersion: '7', continue: next }, items: [item(`page-${at}`)] });
  }

  fail(at: number, reason: string): void {
    const isExpired = reason === 'Expired';
    const message = 'refused on order';
    const disposition = 'transient';
    this.pages[at]?.end.reject(new KubeError({ status: isExpired ? 410 : 500, reason, message, disposition }));
  }
}

/** A page that arrives when the test pleases. */
class TestPage {
  readonly end = Promise.withResolvers<unknown>();
  isOver = false;
  readonly #parts: readonly (readonly unknown[])[];

  constructor(parts: readonly (readonly unknown[])[]) {
    this.#parts = parts;
    // It may be over before anybody has come to its end.
    this.end.promise.catch(() => undefined);
  }

  async *read(): RawPage {
    try {
      yield* this.#parts;
      return await this.end.promise;
    } finally {
      this.isOver = true;
    }
  }
}

const namesOf = (page: { readonly items: readonly { readonly metadata: { readonly name: string } }[] }) =>
  page.items.map(({ metadata }) => metadata.name);

describe('parts of a list', () => {
  test('the next page is asked for before anybody has read the present one', async () => {
    const calls = new Calls();
    const pages = listParts(kinds.ConfigMap, {}, calls.send);
    const first = pages.next();
    calls.answer(0, 'two');
    assert.deepEqual(namesOf((await first).value ?? { items: [] }), ['page-0']);
    assert.deepEqual(calls.tokens, ['', 'two']);
    calls.answer(1);
    assert.deepEqual(namesOf((await pages.next()).value ?? { items: [] }), ['page-1']);
    assert.equal((await pages.next()).done, true);
    assert.deepEqual(calls.tokens, ['', 'two']);
  });

  test('a page that failed early spoils none before it', async () => {
    const calls = new Calls();
    const pages = listParts(kinds.ConfigMap, {}, calls.send);
    const first = pages.next();
    calls.answer(0, 'two');
    assert.equal((await first).done, false);
    calls.fail(1, 'InternalError');
    await assert.rejects(pages.next(), { reason: 'InternalError' });
    assert.equal((await pages.next()).done, true);
  });

  test('a token that has expired begins the list again, and says so once', async () => {
    const calls = new Calls();
    const pages = listParts(kinds.ConfigMap, {}, calls.send);
    const first = pages.next();
    calls.answer(0, 'two');
    const read = [(await first).value?.restarted];
    const second = pages.next();
    calls.fail(1, 'Expired');
    await new Promise(setImmediate);
    calls.answer(2, 'two');
    read.push((await second).value?.restarted);
    calls.answer(3);
    read.push((await pages.next()).value?.restarted);
    assert.deepEqual(calls.tokens, ['', 'two', '', 'two']);
    assert.deepEqual(read, [false, true, false]);
  });

  test('who breaks off is let go when no request is under way any more', async () => {
    const calls = new Calls();
    const pages = listParts(kinds.ConfigMap, {}, calls.send);
    const first = pages.next();
    calls.answer(0, 'two');
    await first;
    let isLetGo = false;
    const end = pages.return().then(() => {
      isLetGo = true;
    });
    await new Promise(setImmediate);
    assert.equal(isLetGo, false);
    calls.fail(1, 'Aborted');
    await end;
  });

  test('objects are handed on as they arrive, and the last of them with the version', async () => {
    const calls = new Calls([[item('a'), item('b')], [item('c')]]);
    const parts = listParts(kinds.ConfigMap, {}, calls.send);
    const early = [(await parts.next()).value, (await parts.next()).value];
    assert.deepEqual(
      early.map((part) => part?.resourceVersion),
      [undefined, undefined],
    );
    assert.deepEqual(
      early.map((part) => namesOf(part ?? { items: [] })),
      [['a', 'b'], ['c']],
    );
    assert.deepEqual(early[0]?.items[0], { ...item('a'), apiVersion: 'v1', kind: 'ConfigMap' });
    calls.answer(0);
    const { value } = await parts.next();
    assert.deepEqual([namesOf(value ?? { items: [] }), value?.resourceVersion], [['page-0'], '7']);
    assert.equal((await parts.next()).done, true);
  });

  test('others have their turn between two parts', async () => {
    const calls = new Calls([[item('a')], [item('b')], [item('c')]]);
    const read: string[] = [];
    const turns: number[] = [];
    for await (const part of listParts(kinds.ConfigMap, {}, calls.send)) {
      read.push(...namesOf(part));
      setImmediate(() => turns.push(read.length));
      calls.answer(0);
    }
    assert.deepEqual(read, ['a', 'b', 'c', 'page-0']);
    assert.deepEqual(turns, [1, 2, 3]);
  });

  test('only the first part of a list that begins again says so', async () => {
    const calls = new Calls([[item('a')], [item('b')]]);
    const parts = listParts(kinds.ConfigMap, {}, calls.send);
    await parts.next();
    await parts.next();
    calls.answer(0, 'two');
    await parts.next();
    calls.fail(1, 'Expired');
    // Those of the page whose snapshot expired come first; what it cannot end with makes them void.
    const restarts = [await parts.next(), await parts.next(), await parts.next(), await parts.next()];
    assert.deepEqual(
      restarts.map(({ value }) => value?.restarted),
      [false, false, true, false],
    );
    calls.answer(2);
    assert.equal((await parts.next()).value?.restarted, false);
  });

  test('who breaks off in the middle of a page has it ended', async () => {
    const calls = new Calls([[item('a')], [item('b')]]);
    const parts = listParts(kinds.ConfigMap, {}, calls.send);
    await parts.next();
    const areOver = () => calls.pages.map(({ isOver }) => isOver);
    assert.deepEqual(areOver(), [false]);
    await parts.return();
    assert.deepEqual(areOver(), [true]);
  });

  test('an item that is none is told when it arrives', async () => {
    const calls = new Calls([[item('a'), 12]]);
    const parts = listParts(kinds.ConfigMap, {}, calls.send);
    await assert.rejects(parts.next(), { reason: 'BadAnswer', message: 'list configmaps: the answer is no list' });
    assert.equal(calls.pages[0]?.isOver, true);
  });
});
