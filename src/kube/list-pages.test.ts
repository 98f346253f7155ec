/** Pages of a list, whose answers the tests give when they please. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KubeError } from './kube-error.ts';
import { listPages } from './list-pages.ts';
import { kinds } from './resource-kind.ts';

/** Each call by its token, with the answer that it waits for. */
class Calls {
  readonly tokens: string[] = [];
  readonly answers: PromiseWithResolvers<unknown>[] = [];

  readonly send = (call: { readonly query?: Readonly<Record<string, string | undefined>> }): Promise<unknown> => {
    this.tokens.push(call.query?.['continue'] ?? '');
    const answer = Promise.withResolvers<unknown>();
    this.answers.push(answer);
    return answer.promise;
  };

  /** Answers call number `at` with a page of one ConfigMap; `next` is the token of the one behind it. */
  answer(at: number, next = ''): void {
    const items = [{ metadata: { namespace: 'n', name: `page-${at}` } }];
    this.answers[at]?.resolve({ metadata: { resourceVersion: '7', continue: next }, items });
  }

  fail(at: number, reason: string): void {
    const isExpired = reason === 'Expired';
    const message = 'refused on order';
    const disposition = 'transient';
    this.answers[at]?.reject(new KubeError({ status: isExpired ? 410 : 500, reason, message, disposition }));
  }
}

const namesOf = (page: { readonly items: readonly { readonly metadata: { readonly name: string } }[] }) =>
  page.items.map(({ metadata }) => metadata.name);

describe('pages of a list', () => {
  test('the next page is asked for before anybody has read the present one', async () => {
    const calls = new Calls();
    const pages = listPages(kinds.ConfigMap, {}, calls.send);
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
    const pages = listPages(kinds.ConfigMap, {}, calls.send);
    const first = pages.next();
    calls.answer(0, 'two');
    assert.equal((await first).done, false);
    calls.fail(1, 'InternalError');
    await assert.rejects(pages.next(), { reason: 'InternalError' });
    assert.equal((await pages.next()).done, true);
  });

  test('a token that has expired begins the list again, and says so once', async () => {
    const calls = new Calls();
    const pages = listPages(kinds.ConfigMap, {}, calls.send);
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
    const pages = listPages(kinds.ConfigMap, {}, calls.send);
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

  test('a large page comes in pieces, and others have their turn in between', async () => {
    const names = Array.from({ length: 2_001 }, (_, at) => `item-${at}`);
    const items = names.map((name) => ({ metadata: { name } }));
    const page = { metadata: { resourceVersion: '7' }, items };
    const read: string[][] = [];
    const turns: number[] = [];
    for await (const piece of listPages(kinds.ConfigMap, {}, () => Promise.resolve(page))) {
      read.push([...namesOf(piece)]);
      setImmediate(() => turns.push(read.length));
    }
    assert.deepEqual(read.flat(), names);
    assert.ok(read.length > 2);
    // Each piece but the last was followed by a turn before the next one came.
    assert.deepEqual(turns.slice(0, 2), [1, 2]);
  });
});
