import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgress, describe } from './progress.ts';

const cases = {
  'says what and how long so far': { given: [{ title: 'building etcd' }, 3_200, ''], want: 'building etcd … 3.2 s' },
  'says how far and how long it usually takes': {
    given: [{ title: 'building etcd', expectedMs: 42_000 }, 12_000, '80 packages compiled'],
    want: 'building etcd … 80 packages compiled, 12 s, usually 42 s',
  },
  'counts long times in minutes': {
    given: [{ title: 'x', expectedMs: 360_000, expectedIs: 'at most' }, 125_000, ''],
    want: 'x … 2 min 05 s, at most 6 min 00 s',
  },
} as const;
for (const [name, { given, want }] of Object.entries(cases)) {
  test(`a line of progress ${name}`, () => {
    const [work, elapsedMs, detail] = given;
    assert.equal(describe(work, elapsedMs, detail), want);
  });
}

function paper(isTTY: boolean): { written: string[]; surroundings: Parameters<typeof createProgress>[0] } {
  const written: string[] = [];
  const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  return { written, surroundings: { stream: { write, isTTY, columns: 20 }, nowMs: () => 0 } };
}

test('without a terminal every line is a whole line', async () => {
  const { written, surroundings } = paper(false);
  const result = await createProgress(surroundings).run({ title: 'importing' }, () => Promise.resolve(7));
  assert.equal(result, 7);
  assert.deepEqual(written, ['importing … 0.0 s\n', 'importing: 0.0 s\n']);
});

test('on a terminal the line is cleared, drawn again and never wider than the terminal', async () => {
  const { written, surroundings } = paper(true);
  await createProgress(surroundings).run({ title: 'a title wider than the terminal' }, () => Promise.resolve());
  assert.deepEqual(written, ['\r\u001b[2Ka title wider than ', '\r\u001b[2Ka title wider than the terminal: 0.0 s\n']);
});

test('work that fails says so, and the error goes on', async () => {
  const { written, surroundings } = paper(false);
  const failing = createProgress(surroundings).run({ title: 'building' }, () => Promise.reject(new Error('no disk')));
  await assert.rejects(failing, /no disk/);
  assert.equal(written.at(-1), 'building: failed after 0.0 s\n');
});
