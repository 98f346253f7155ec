import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placementParity } from '../../fuzz/balancer.ts';

test('20,000 random keys go where Skipper’s own code puts them, bounded and filtered ones included', async () => {
  const said: string[] = [];
  const { picks, bounded, filtered, elsewhere } = await placementParity({
    picks: 20_000,
    keysPerCase: 100,
    seed: 20_261,
    say: (line) => said.push(line),
  });
  assert.deepEqual({ picks, elsewhere }, { picks: 20_000, elsewhere: 0 }, said.join('\n'));
  assert.ok(bounded > 5000 && filtered > 5000, `${bounded} bounded, ${filtered} filtered`);
});
