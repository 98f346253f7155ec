/** A reason that nothing gives is a promise of the documentation that nothing keeps. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { reasons } from '../src/api/index.ts';

test('every reason of the API is given by some part of the product', () => {
  const files = globSync('src/**/*.ts').filter(
    (file) => !/\.test(-support)?\.ts$|\.generated\.ts$|\/reasons\.ts$/.test(file),
  );
  const sources = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const unused = Object.entries(reasons).filter(
    ([constant, word]) => !new RegExp(`reasons\\.${constant}\\b|'${word}'`).test(sources),
  );
  assert.ok(files.length > 100, 'the sources were not found');
  assert.deepEqual(unused, []);
});
