import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from './admission.ts';

test('ten thousand in line that fail as they begin do so without a deep stack', () => {
  const admission = new Admission({ maxInflight: 1, maxQueued: 10_000 });
  const order: number[] = [];
  assert.ok(admission.enter(() => undefined));
  for (let i = 0; i < 10_000; i++) {
    const isIn = admission.enter(() => {
      order.push(i);
      admission.leave();
    });
    assert.ok(isIn);
  }
  admission.leave();
  assert.equal(order.length, 10_000);
  assert.ok(order.every((value, i) => value === i));
  assert.deepEqual([admission.inflight, admission.queued], [0, 0]);
});

test('a full line takes nobody, and a place that is given up is free', () => {
  const admission = new Admission({ maxInflight: 1, maxQueued: 1 });
  const begun: string[] = [];
  const wait = (): void => void begun.push('waited');
  assert.ok(admission.enter(() => begun.push('first')));
  assert.ok(admission.enter(wait));
  assert.equal(
    admission.enter(() => begun.push('too many')),
    false,
  );
  assert.ok(admission.giveUp(wait));
  assert.equal(admission.giveUp(wait), false);
  assert.ok(admission.enter(() => begun.push('last')));
  admission.leave();
  assert.deepEqual(begun, ['first', 'last']);
});
