import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';

const module = new URL('./optimiser.ts', import.meta.url).href;

test('this Node has the flags, and the defaults that are put back', () => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8', maxBuffer: 2 ** 24 });
  assert.match(options, /default: --invocation-count-for-turbofan=3000\b/);
  assert.match(options, /default: --allocation-site-pretenuring\b/);
});

test('a program can begin and end with it, and says nothing about it', () => {
  const program = `import { optimiseLittle } from ${JSON.stringify(module)}; optimiseLittle()(); console.log('ran');`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  assert.deepEqual({ stdout, stderr, status }, { stdout: 'ran\n', stderr: '', status: 0 });
});
