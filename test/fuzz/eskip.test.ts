import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from '../support/properties.ts';
import { parseRoutes, printRoutes } from '../../src/eskip/index.ts';
import { programs } from '../harness/index.ts';
import { run } from '../harness/processes/run.ts';
import { routeTexts } from './eskip-texts.ts';
import { eskipParity } from './eskip.ts';

test("Skipper's parser takes and refuses the same 2,000 texts, and prints what it takes alike", async () => {
  const { texts, taken, difference } = await eskipParity({ texts: 2_000, seed: 4 });
  assert.equal(difference, undefined);
  assert.equal(texts, 2_000);
  assert.ok(taken > 300, `only ${taken} texts were eskip`);
});

/** Named, and without what Skipper's printer is known to write wrongly (docs/guide/upstream.md). */
function isPrintable(text: string): boolean {
  const parsed = parseRoutes(text);
  if (!parsed.ok || parsed.routes.some(({ id }) => id === '')) return false;
  return !/<forward>|\d[.e]|\d{6}|\[|"[^"]*\\/.test(printRoutes(parsed.routes));
}

test('the program eskip prints a table as ours does, on one line and on several', async () => {
  const { eskip } = await programs.ensure(['eskip']);
  const texts = fc.sample(routeTexts, { seed: 4, numRuns: 2_000 }).filter(isPrintable);
  assert.ok(texts.length > 50, `only ${texts.length} texts`);
  const folder = mkdtempSync(join(tmpdir(), 'eskip-'));
  const file = join(folder, 'routes.eskip');
  writeFileSync(file, texts.map((text) => `${text}\n;\n`).join(''));
  const parsed = parseRoutes(texts.map((text) => `${text}\n;\n`).join(''));
  assert.ok(parsed.ok);
  try {
    for (const pretty of [false, true]) {
      const { stdout, stderr } = await run(eskip, ['print', ...(pretty ? ['-pretty'] : []), file]);
      assert.equal(stderr, '');
      assert.equal(stdout.trimEnd(), printRoutes(parsed.routes, { pretty }));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
