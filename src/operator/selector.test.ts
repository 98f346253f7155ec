import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, type LabelSelector } from './selector.ts';

const labels = { app: 'skipper', track: 'stable' };
const expression = (operator: string, key: string, values?: readonly string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
});

const cases: Readonly<Record<string, { selector: LabelSelector | undefined; want: boolean }>> = {
  'a missing selector matches nothing': { selector: undefined, want: false },
  'an empty selector matches everything': { selector: {}, want: true },
  'all matchLabels that are there match': {
    selector: { matchLabels: { app: 'skipper', track: 'stable' } },
    want: true,
  },
  'one matchLabel of another value does not match': {
    selector: { matchLabels: { app: 'skipper', track: 'canary' } },
    want: false,
  },
  'a matchLabel that is missing does not match, not even an empty one': {
    selector: { matchLabels: { zone: '' } },
    want: false,
  },
  'In matches one of its values': { selector: expression('In', 'track', ['canary', 'stable']), want: true },
  'In does not match another value': { selector: expression('In', 'track', ['canary']), want: false },
  'In does not match a missing label': { selector: expression('In', 'zone', ['a']), want: false },
  'In without values matches nothing': { selector: expression('In', 'app'), want: false },
  'NotIn matches another value': { selector: expression('NotIn', 'track', ['canary']), want: true },
  'NotIn matches a missing label': { selector: expression('NotIn', 'zone', ['a']), want: true },
  'NotIn does not match one of its values': { selector: expression('NotIn', 'track', ['stable']), want: false },
  'Exists matches any value': { selector: expression('Exists', 'app'), want: true },
  'Exists does not match a missing label': { selector: expression('Exists', 'zone'), want: false },
  'DoesNotExist matches a missing label': { selector: expression('DoesNotExist', 'zone'), want: true },
  'DoesNotExist does not match a label that is there': { selector: expression('DoesNotExist', 'app'), want: false },
  'an operator of the future matches nothing rather than all': { selector: expression('Like', 'app'), want: false },
  'labels and expressions must both match': {
    selector: { matchLabels: { app: 'skipper' }, ...expression('In', 'track', ['canary']) },
    want: false,
  },
  'a label of the prototype is no label': { selector: expression('Exists', 'toString'), want: false },
};

for (const [name, { selector, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.equal(matches(selector, labels), want);
  });
}
