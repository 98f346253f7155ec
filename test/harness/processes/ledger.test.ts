import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../wait.ts';
import { MARK, identify, identifyChild, isAlive } from './identity.ts';
import { findRecord, logTail, readRecords, startProcess, stopProcess, stopStrays } from './ledger.ts';

const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
after(async () => {
  await stopStrays(folder);
  rmSync(folder, { recursive: true });
});

test('a started process is on record until it is stopped', async () => {
  const record = startProcess(folder, 'sleeper', ['sleep', '600']);
  assert.ok(isAlive(record));
  assert.deepEqual(findRecord(folder, 'sleeper'), record);
  await stopProcess(folder, record, { signal: 'SIGTERM' });
  assert.ok(!isAlive(record));
  assert.deepEqual(readRecords(folder), []);
});

test('a process that ignores SIGTERM is killed after its time of grace', async () => {
  const record = startProcess(folder, 'stubborn', ['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 1; done']);
  await until({ what: 'its trap', deadlineMs: 60_000 }, () =>
    Promise.resolve(logTail(folder, 'stubborn').includes('ready')),
  );
  await stopProcess(folder, record, { signal: 'SIGTERM', graceMs: 50 });
  assert.ok(!isAlive(record));
});

test('another process that has the pid of one on record is left alone', async () => {
  const bystander = startProcess(folder, 'bystander', ['sleep', '600']);
  await stopProcess(folder, { ...bystander, startTime: '1' }, { signal: 'SIGKILL', forget: false });
  assert.ok(isAlive(bystander));
  await stopProcess(folder, bystander, { signal: 'SIGKILL' });
});

test('a process that was started but never recorded is found by its mark', async () => {
  const unrecorded = spawn('sleep', ['600'], { env: { ...process.env, [MARK]: folder }, stdio: 'ignore' });
  const identity = identify(unrecorded.pid ?? 0);
  assert.ok(identity);
  await stopStrays(folder);
  assert.ok(!isAlive(identity));
});

test('a program that cannot be started says so', () => {
  assert.throws(() => startProcess(folder, 'nothing', ['/nowhere/program']), /\/nowhere\/program could not be started/);
});

test('a child that ended before anyone looked is identified all the same', () => {
  const child = spawn('true', { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  const deadline = Date.now() + 5_000;
  while (identify(pid) && Date.now() < deadline); // without giving the turn back, so that nobody has reaped it
  assert.equal(identify(pid), undefined, 'it has ended');
  assert.equal(identifyChild(pid)?.pid, pid);
});

test('the end of a log names the file that it is from', async () => {
  const record = startProcess(folder, 'talker', ['sh', '-c', 'seq 100']);
  await until({ what: 'the end', deadlineMs: 60_000 }, () => Promise.resolve(!isAlive(record)));
  assert.equal(logTail(folder, 'talker', 2), `end of ${join(folder, 'logs/talker.log')}:\n99\n100`);
});
