import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyParity } from './keys.ts';

test('Skipper’s filter consistentHashKey makes the same keys of 3,000 requests', async () => {
  const { read, difference } = await keyParity({ requests: 3_000, seed: 3 });
  assert.equal(difference, undefined);
  assert.ok(read > 1_000, `a Go server read only ${read} of the requests`);
});
