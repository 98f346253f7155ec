/** `npm run -s vectors -- FILE…`: replays placements of Skipper; fails when one key of one case goes elsewhere. */
import { readFileSync } from 'node:fs';
import { failuresOf } from './replay.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Name at least one file of vectors.');
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const file of files) {
  const outcome = failuresOf(file, () => JSON.parse(readFileSync(file, 'utf8')) as unknown);
  passed += outcome.passed;
  failed += outcome.failures.length;
  for (const failure of outcome.failures) console.log(failure);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
