import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Body } from './body.ts';

test('parts are made when they are first asked for, and once', () => {
  let made = 0;
  const body = new Body(() => {
    made++;
    return [Buffer.from('0123'), Buffer.from('456')];
  }, 7);
  assert.deepEqual([body.length, made], [7, 0]);
  assert.equal(Buffer.concat(body.slice(2, 4)).toString(), '2345');
  assert.equal(body.parts, body.parts);
  assert.equal(made, 1);
});

test('parts that are there say how long they are', () => {
  assert.equal(new Body([Buffer.from('0123'), Buffer.from('456')]).length, 7);
});
