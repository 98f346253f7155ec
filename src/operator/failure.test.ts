import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeError, type Disposition } from '../kube/index.ts';
import { failureOf, type Failure } from './failure.ts';
import { OperatorError } from './operator-error.ts';

const apiAnswered = (status: number, disposition: Disposition): KubeError =>
  new KubeError({
    status,
    disposition,
    reason: 'Whatever',
    message: 'apply Service default/a: the API server said no',
  });
const message = 'apply Service default/a: the API server said no';

const cases: Readonly<Record<string, { error: unknown; want: Failure }>> = {
  'an object of somebody else needs a person, and keeps its own reason': {
    error: new OperatorError({
      reason: 'ObjectClaimed',
      disposition: 'stalled',
      message: 'Service default/a is not ours',
    }),
    want: { reason: 'ObjectClaimed', message: 'Service default/a is not ours', needsPerson: true },
  },
  'an API server that does not answer is waited for': {
    error: apiAnswered(0, 'transient'),
    want: { reason: 'ApiUnavailable', message, needsPerson: false },
  },
  'an API server in trouble is waited for': {
    error: apiAnswered(503, 'transient'),
    want: { reason: 'ApiUnavailable', message, needsPerson: false },
  },
  'a refusal needs a person': {
    error: apiAnswered(403, 'stalled'),
    want: { reason: 'ApplyFailed', message, needsPerson: true },
  },
  'a refusal that may end is tried again': {
    error: apiAnswered(429, 'transient'),
    want: { reason: 'ApplyFailed', message, needsPerson: false },
  },
  'a mistake of our own is told by its message': {
    error: new TypeError('x is not a function'),
    want: { reason: 'ApplyFailed', message: 'x is not a function', needsPerson: false },
  },
  'something thrown that is no error tells nothing': {
    error: { token: 'sesame' },
    want: { reason: 'ApplyFailed', message: 'unknown error', needsPerson: false },
  },
};

for (const [name, { error, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(failureOf(error), want);
  });
}
