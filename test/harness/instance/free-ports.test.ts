import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { reservePort } from './free-ports.ts';
import type { PortRange } from './free-ports.ts';

/** Ports above what the kernel picks from, so that nobody comes in between. */
function aRange(t: TestContext, count: number): PortRange {
  const folder = mkdtempSync(join(tmpdir(), 'ports-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return { folder, first: 61_500 + (process.pid % 3_900), count };
}

test('a port is given to one at a time, and again when it was released', async (t) => {
  const range = aRange(t, 3);
  const reserved = [await reservePort(range), await reservePort(range), await reservePort(range)];
  assert.equal(new Set(reserved.map(({ port }) => port)).size, 3);
  await assert.rejects(reservePort(range), /no port from \d+ to \d+ is free/);
  reserved[1]?.release();
  assert.equal((await reservePort(range)).port, reserved[1]?.port);
  reserved[1]?.release();
  await assert.rejects(reservePort(range), /no port/, 'it was released once, and is another’s now');
});

test('a port on which somebody listens is left alone', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const range = { ...aRange(t, 1), first: (other.address() as AddressInfo).port };
  await assert.rejects(reservePort(range), /no port/);
  assert.ok(!existsSync(join(range.folder, `${range.first}.lock`)), 'and is nobody’s');
});

test('what a process held that has died is free', async (t) => {
  const range = aRange(t, 1);
  const dead = { pid: 4_194_304, startTime: 1, purpose: 'nothing any more' };
  writeFileSync(join(range.folder, `${range.first}.lock`), JSON.stringify(dead));
  assert.equal((await reservePort(range)).port, range.first);
});
