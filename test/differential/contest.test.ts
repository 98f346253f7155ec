import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Contest } from './contest.ts';

test('a contest that does not start says of both sides what they wrote, did, and were asked', async () => {
  // Where no object is, there is never a table, and the original never healthy.
  const args = ['-kubernetes-namespace=nowhere', '-kubernetes-healthcheck=false', '-kubernetes-https-redirect=false'];
  const flags = { args, defaultFilters: undefined };
  await assert.rejects(Contest.start({ flags, withProgram: true, deadlineMs: 3_000 }), ({ message }: Error) => {
    assert.match(message, /^waited 3 s for \/health to answer 204\n/);
    assert.match(message, /\nprocess \d+: .* were queued for a CPU [\d.]+ s; load [\d.]+ on \d+ CPUs\n/);
    assert.match(message, /\nthe original: \d+ requests for lists, the last [\d.]+ s ago for \S+; \d+ rounds/);
    assert.match(message, /\nours: 0 requests for lists, .*\nnot started$/);
    return true;
  });
});
