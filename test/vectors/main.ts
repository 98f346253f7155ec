/** `npm run -s vectors -- FILE…`: replays placements of Skipper; fails when one key of one case goes elsewhere. */
import { readFileSync } from 'node:fs';
import { misplaced } from './replay.ts';
import { readVectors } from './vector-file.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Name at least one file of vectors.');
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const file of files) {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  for (const vector of readVectors(file, content)) {
    const wrong = misplaced(vector);
    if (wrong.length === 0) passed++;
    else failed++;
    const [first] = wrong;
    if (first === undefined) continue;
    const { key, want, got } = first;
    console.log(
      `${vector.name}: ${wrong.length} of ${vector.keys.length} keys elsewhere; ${JSON.stringify(key)} to ${got}, not ${want ?? 'nowhere'}`,
    );
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
