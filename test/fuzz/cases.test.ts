import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caseParity } from './cases.ts';

test("Skipper's own runner passes 400 of its cases that were changed, with what we make of them", async () => {
  const { cases, verdict } = await caseParity({ cases: 400, seed: 21 });
  assert.equal(verdict, undefined);
  assert.ok(cases > 350, `${cases} cases could be asked about`);
});
