import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { until } from '../wait.ts';
import { machineState, processState } from './state.ts';

const deadlineMs = 60_000;

function secondsRun(text: string): number {
  return Number(/ran ([\d.]+) s in all/.exec(text)?.[1]);
}

test('of a process that works it is told that it has had a CPU, and of one that hangs that it sleeps', async () => {
  const worker = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const sleeper = spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    await until({ what: 'the worker to work', deadlineMs }, () =>
      Promise.resolve(secondsRun(processState(worker.pid ?? 0)) > 0.2),
    );
    assert.match(
      processState(worker.pid ?? 0),
      /^process \d+: running or waiting for a CPU, niceness -?\d+, \d+ threads/,
    );
    await until({ what: 'the sleeper to sleep', deadlineMs }, () =>
      Promise.resolve(processState(sleeper.pid ?? 0).includes(': asleep')),
    );
    assert.ok(secondsRun(processState(sleeper.pid ?? 0)) < 0.2);
  } finally {
    worker.kill('SIGKILL');
    sleeper.kill('SIGKILL');
  }
});

test('of a process that is gone it is told', async () => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  assert.equal(processState(child.pid ?? 0), `process ${child.pid ?? 0}: gone`);
});

test('of the machine its load is told', () => {
  assert.match(machineState(), /^load \d+\.\d on \d+ CPUs$/);
});
