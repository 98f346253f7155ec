/** The table of scripts in CONTRIBUTING.md is whole: who looks for a command finds each one there, and it exists. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const table = guide.slice(guide.indexOf('## Scripts'), guide.indexOf('## End-to-end stories'));

/** `npm test`, `npm run NAME`, and what stands behind a slash: `npm run generate` / `verify`. */
const named = table
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => {
    const [, command = ''] = line.split(/(?<!\\)\|/);
    return Array.from(command.matchAll(/`(?:npm (?:run )?(?:-s )?)?([a-z][a-z:0-9]*)/g), ([, name = '']) => name);
  });

test('each npm script stands in the table, but for the parts of `check`', () => {
  const wanted = Object.keys(scripts).filter((name) => !name.startsWith('check:'));
  assert.deepEqual([...new Set(named)].toSorted(), wanted.toSorted());
});
