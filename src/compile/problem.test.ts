import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsOf } from './problem.ts';

const object = { kind: 'Ingress', namespace: 'shop', name: 'web' };

test('a finding becomes a problem of its object, an error unless it says otherwise', () => {
  const problems = problemsOf(object, [
    { code: 'service-not-found', field: 'spec.rules[0]', message: 'no cart' },
    { code: 'rule-without-http', severity: 'info', message: 'no http' },
  ]);
  assert.deepEqual(problems, [
    { object, code: 'service-not-found', severity: 'error', field: 'spec.rules[0]', message: 'no cart' },
    { object, code: 'rule-without-http', severity: 'info', message: 'no http' },
  ]);
});

test('the same finding twice is told once, at another field it is another one', () => {
  const finding = { code: 'service-not-found', message: 'no cart' } as const;
  const findings = [finding, finding, { ...finding, field: 'spec.defaultBackend' }];
  assert.equal(problemsOf(object, findings).length, 2);
});

test('a message that quotes megabytes is cut', () => {
  const [problem] = problemsOf(object, [{ code: 'invalid-filter', message: 'x'.repeat(5_000_000) }]);
  assert.equal(problem?.message.length, 500);
  assert.match(problem.message, /x…$/);
});
