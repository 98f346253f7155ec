import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { skipperModule } from '../harness/scenario/route-group-crd.ts';

const folders = [
  'dataclients/kubernetes/testdata',
  'dataclients/kubernetes/definitions/testdata',
  'routesrv/testdata',
] as const;

test("every conversion and validation case of the pinned Skipper module gives Skipper's routes and complaints", async () => {
  const module = await skipperModule();
  const args = ['test/harness/fixtures/main.ts', ...folders.map((folder) => join(module, folder))];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const passed = /^(\d+) passed, 0 failed$/m.exec(stdout.trim().split('\n').at(-1) ?? '');
  assert.ok(passed, stdout.slice(-4_000));
  assert.equal(status, 0);
  assert.ok(Number(passed[1]) > 350, `${passed[1]} cases were found`);
});
