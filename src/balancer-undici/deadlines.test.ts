import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadlines } from './deadlines.ts';
import { HandClock } from './pods.test-support.ts';

const free = { earlier: undefined, later: undefined };

function waiting(): { clock: HandClock; expired: string[]; deadlines: Deadlines; wait: (name: string) => () => void } {
  const clock = new HandClock();
  const deadlines = new Deadlines(clock);
  const expired: string[] = [];
  const wait = (name: string) => {
    const waiter = { ...free, dueAt: clock.now() + 100, expire: () => void expired.push(name) };
    deadlines.add(waiter);
    return () => {
      deadlines.delete(waiter);
    };
  };
  return { clock, expired, deadlines, wait };
}

test('each expires when it is due, by one timer for all', () => {
  const { clock, expired, wait } = waiting();
  wait('a');
  clock.fire(40);
  wait('b');
  assert.equal(clock.pending, 1);
  clock.fire(59);
  assert.deepEqual(expired, []);
  clock.fire(1);
  assert.deepEqual(expired, ['a']);
  assert.equal(clock.pending, 1);
  clock.fire(40);
  assert.deepEqual(expired, ['a', 'b']);
  assert.equal(clock.pending, 0);
});

test('who is done in time does not expire, and does not make the next one expire early or late', () => {
  const { clock, expired, wait } = waiting();
  const done = wait('a');
  clock.fire(10);
  wait('b');
  done();
  done();
  clock.fire(90);
  assert.deepEqual(expired, []);
  clock.fire(9);
  assert.deepEqual(expired, []);
  clock.fire(1);
  assert.deepEqual(expired, ['b']);
});

test('nothing is left running when nobody waits', () => {
  const { clock, wait } = waiting();
  const [first, second] = [wait('a'), wait('b')];
  second();
  assert.equal(clock.pending, 1);
  first();
  assert.equal(clock.pending, 0);
});

test('one that expires may be the reason for another to wait', () => {
  const { clock, expired, deadlines, wait } = waiting();
  deadlines.add({ ...free, dueAt: 100, expire: () => void wait('second') });
  clock.fire(100);
  assert.equal(clock.pending, 1);
  clock.fire(100);
  assert.deepEqual(expired, ['second']);
});

test('neither that nor a handler that throws makes those after it wait longer', () => {
  const { clock, expired, deadlines, wait } = waiting();
  const failing = (): void => {
    wait('fourth');
    throw new Error('from a handler');
  };
  deadlines.add({ ...free, dueAt: 100, expire: failing });
  clock.fire(10);
  wait('second');
  clock.fire(10);
  wait('third');
  assert.throws(() => {
    clock.fire(80);
  }, /from a handler/);
  clock.fire(10);
  assert.deepEqual(expired, ['second']);
  clock.fire(10);
  assert.deepEqual(expired, ['second', 'third']);
  clock.fire(80);
  assert.deepEqual(expired, ['second', 'third', 'fourth']);
  assert.equal(clock.pending, 0);
});
