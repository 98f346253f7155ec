import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../failure.ts';
import { editTier } from './edit-tier.ts';

const head = `# the fleet at the edge
apiVersion: routesrv.dev/v1alpha1
kind: RouteServerConfig
metadata: { name: ingress,   namespace: kube-system }
spec:
  mode: "Pre" # of tiers without a mode
  skipper: { deploymentRef: { name: skipper-ingress } }
  tiers:
`;
const tiers = { from: 'test', to: 'production-low' };
const edited = (body: string, of = tiers) => editTier(head + body, 'f.yaml', of);

interface Case {
  readonly body: string;
  readonly want: string;
}
const cases: Readonly<Record<string, Case>> = {
  'a mode in a flow map, with its odd spaces and comments': {
    body: `    - { name: test,           mode: "Exec" }   # two weeks\n    - { name: production-low, mode:  "Pre" }   # next\n`,
    want: `    - { name: test,           mode: "Exec" }   # two weeks\n    - { name: production-low, mode:  "Exec" }   # next\n`,
  },
  'a mode in a block map': {
    body: `    - name: test\n      mode: Exec\n\n    # careful\n    - name: production-low\n      mode: 'False' # quoted\n`,
    want: `    - name: test\n      mode: Exec\n\n    # careful\n    - name: production-low\n      mode: "Exec" # quoted\n`,
  },
  'a mode that the entry has not': {
    body: `    - name: test\n      mode: Exec\n    - name: production-low # next\n      rolloutPercentage: 5\n`,
    want: `    - name: test\n      mode: Exec\n    - name: production-low\n      mode: "Exec" # next\n      rolloutPercentage: 5\n`,
  },
  'a mode that the entry has not, in a flow map': {
    body: `    - { name: test, mode: "False" }\n    - { name: production-low, rolloutPercentage: 5 }\n`,
    want: `    - { name: test, mode: "False" }\n    - { name: production-low, mode: "False", rolloutPercentage: 5 }\n`,
  },
  'the percentage, once the modes are the same': {
    body: `    - { name: test, mode: Exec, rolloutPercentage: 100 }\n    - { name: production-low, mode: Exec, rolloutPercentage: 1 }\n`,
    want: `    - { name: test, mode: Exec, rolloutPercentage: 100 }\n    - { name: production-low, mode: Exec, rolloutPercentage: 100 }\n`,
  },
};

describe('a tier is edited in place:', () => {
  for (const [name, { body, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(edited(body).text, head + want);
    });
  }

  test('and what was changed is told', () => {
    const { change, config } = edited(cases['a mode in a block map']?.body ?? '');
    assert.deepEqual(change, { field: 'mode', from: 'False', to: 'Exec' });
    assert.deepEqual(config, { name: 'ingress', namespace: 'kube-system' });
  });

  test('nothing, where both are the same', () => {
    const { text, change } = edited(
      '    - { name: test, mode: Pre }\n    - { name: production-low, rolloutPercentage: 100 }\n',
    );
    assert.equal(change, undefined);
    assert.ok(text.endsWith('rolloutPercentage: 100 }\n'));
  });

  test('in a file of several documents', () => {
    const body = cases['a mode in a block map'] ?? assert.fail();
    const around = (inner: string): string =>
      `# a\nkind: Service\nmetadata: {name: x}\n---\n${head}${inner}---\nkind: ConfigMap\n`;
    assert.equal(editTier(around(body.body), 'f.yaml', tiers).text, around(body.want));
  });
});

describe('a file is refused', () => {
  const twice = `${head}    - { name: test, mode: Exec }\n---\n${head}    - { name: test, mode: Exec }\n`;
  const refusals: Readonly<Record<string, readonly [string, RegExp]>> = {
    'that holds Helm values': ['mode: Exec\ntiers: []\n', /^f\.yaml: has no RouteServerConfig; a file of Helm values/],
    'that is a template': ['{{- if .Values.x }}\nkind: RouteServerConfig\n{{- end }}\n', /templates cannot be edited$/],
    'that has several configs': [twice, /^f\.yaml: has 2 of RouteServerConfig; say which one with --name$/],
    'without an entry for the tier': [
      `${head}    - { name: test, mode: Exec }\n`,
      /has no entry for tier production-low/,
    ],
  };
  for (const [name, [text, says]] of Object.entries(refusals)) {
    test(name, () => {
      assert.throws(
        () => editTier(text, 'f.yaml', tiers),
        (error) => error instanceof Failure && says.test(error.message),
      );
    });
  }
});
