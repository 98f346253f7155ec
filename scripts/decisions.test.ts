/** The list of decisions names each page once, in their order, and each page has the number of its file. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, test } from 'node:test';

const pages = globSync('docs/adr/[0-9]*.md').sort();

test('each decision is listed once, in the order of their numbers', () => {
  const list = readFileSync('docs/adr/README.md', 'utf8');
  const listed = [...list.matchAll(/^\| \[\d{4}\]\(([^)]+)\)/gm)].map(([, page]) => page);
  assert.deepEqual(
    listed,
    pages.map((page) => basename(page)),
  );
  assert.equal(list.match(/^\| no\. /gm)?.length, 1, 'one table');
});

test('no two decisions have one number', () => {
  const numbers = pages.map((page) => basename(page).slice(0, 4));
  assert.deepEqual(numbers, [...new Set(numbers)]);
});

describe('a decision is headed by the number of its file', () => {
  for (const page of pages) {
    test(basename(page), () => {
      const [heading = ''] = readFileSync(page, 'utf8').split('\n', 1);
      assert.ok(heading.startsWith(`# ${basename(page).slice(0, 4)}`), heading);
    });
  }
});
