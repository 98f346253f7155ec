/**
 * Checks every property at length: `npm run test:properties [-- NAME…]`. A new seed each time, which is printed;
 * FC_SEED and FC_RUNS give others. A NAME keeps the files whose path contains it.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const names = process.argv.slice(2);
const files = globSync(['src/**/*.test.ts', 'test/harness/**/*.test.ts'])
  .filter((path) => readFileSync(path, 'utf8').includes('support/properties.ts'))
  .filter((path) => names.length === 0 || names.some((name) => path.includes(name)))
  .sort();
if (files.length === 0) {
  console.error(`no properties in a file whose path contains ${names.join(' or ')}`);
  process.exit(2);
}
const { FC_SEED = String(randomInt(2 ** 31)), FC_RUNS = '1000' } = process.env;
const seed = `FC_SEED=${FC_SEED} FC_RUNS=${FC_RUNS}`;
console.log(`${seed}: ${files.length} files`);
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'run-tests.ts'), 'unit', ...files], {
  env: { ...process.env, FC_SEED, FC_RUNS },
  stdio: 'inherit',
});
console.log(`npm run test:properties with ${seed} does the same again`);
process.exitCode = status ?? 1;
