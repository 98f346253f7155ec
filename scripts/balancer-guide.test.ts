/** Whatever the balancer's package exports stands in its guide. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const guide = globSync('docs/guide/balancer*.md', { cwd: root }).map(read).join('\n');
const doors = ['', '-undici', '-http', '-kubernetes', '-toggles', '-prom-client'].map((end) => `src/balancer${end}`);

for (const door of doors) {
  suite(`what ${door} exports`, async () => {
    const exported = (await import(join(root, door, 'index.ts'))) as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(exported)) {
      test(`${name} is in the guide`, () => {
        assert.match(guide, new RegExp(`\\b${name}\\b`));
      });
    }
  });
}
