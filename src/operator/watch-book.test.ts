import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WatchBook } from './watch-book.ts';

/** A book, how many watches were begun, and which of them were stopped. */
function aBook() {
  const stopped: number[] = [];
  let begun = 0;
  const begin = (): { readonly id: number; stop: () => void } => {
    const id = ++begun;
    return { id, stop: () => void stopped.push(id) };
  };
  return { book: new WatchBook<ReturnType<typeof begin>>(), begin, stopped };
}

test('a config has one watch until it is forgotten, and then another', () => {
  const { book, begin, stopped } = aBook();
  assert.equal(book.find('a'), undefined);
  assert.equal(book.open('a', begin)?.id, 1);
  assert.equal(book.open('a', begin)?.id, 1);
  assert.equal(book.open('b', begin)?.id, 2);
  book.forget('a');
  book.forget('a');
  assert.deepEqual([stopped, book.find('a'), book.find('b')?.id], [[1], undefined, 2]);
  assert.equal(book.open('a', begin)?.id, 3);
});

test('a book that is stopped ends every watch and begins none', () => {
  const { book, begin, stopped } = aBook();
  book.open('a', begin);
  book.open('b', begin);
  book.stop();
  assert.deepEqual(stopped, [1, 2]);
  assert.equal(book.open('c', begin), undefined);
});
