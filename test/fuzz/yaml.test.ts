import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yamlParity } from './yaml.ts';

test('Go’s readers of YAML, in kubectl and in Skipper’s own tests, make the same of 4,000 texts', async () => {
  const { taken, difference } = await yamlParity({ texts: 4_000, seed: 11 });
  assert.equal(difference, undefined);
  assert.ok(taken > 3_000, `Go read only ${taken} of the texts`);
});
