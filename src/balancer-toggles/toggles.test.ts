import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseToggles, TogglesError } from './toggles.ts';

const good = {
  'all fields': {
    text: '{"enabled":true,"percentage":12.5,"fallback":false,"fallbackUrl":"http://skipper.kube-system/"}',
    want: { enabled: true, percentage: 12.5, fallback: false, fallbackUrl: 'http://skipper.kube-system' },
  },
  'fallback is on when nothing is said': {
    text: '{"enabled":false,"percentage":0}',
    want: { enabled: false, percentage: 0, fallback: true },
  },
  'fields of a newer operator are passed over': {
    text: '{"enabled":true,"percentage":100,"fallback":true,"algorithm":"random"}',
    want: { enabled: true, percentage: 100, fallback: true },
  },
};
for (const [name, { text, want }] of Object.entries(good)) {
  test(`reads toggles: ${name}`, () => {
    assert.deepEqual(parseToggles(text), want);
  });
}

const broken = {
  '': /client-balancer\.json is no JSON/,
  '{"enabled":true': /is no JSON/,
  '[]': /must hold one JSON object/,
  null: /must hold one JSON object/,
  '{"percentage":5}': /enabled must be true or false, without quotes, but is missing/,
  '{"enabled":"false","percentage":5}': /enabled must be true or false, without quotes, but is "false"/,
  '{"enabled":true}': /percentage must be a number from 0 to 100, but is missing/,
  '{"enabled":true,"percentage":"5"}': /percentage must be a number from 0 to 100, but is "5"/,
  '{"enabled":true,"percentage":101}': /percentage .* but is 101/,
  '{"enabled":true,"percentage":-1}': /percentage .* but is -1/,
  '{"enabled":true,"percentage":1,"fallback":1}': /fallback must be true or false/,
  '{"enabled":true,"percentage":1,"fallbackUrl":"skipper"}': /fallbackUrl must begin with http/,
  '{"enabled":true,"percentage":1,"fallbackUrl":7}': /fallbackUrl must begin with http/,
};
for (const [text, message] of Object.entries(broken)) {
  test(`refuses toggles: ${text === '' ? 'an empty file' : text}`, () => {
    assert.throws(
      () => parseToggles(text),
      (error) => error instanceof TogglesError && message.test(error.message),
    );
  });
}
