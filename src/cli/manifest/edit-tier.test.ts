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
    want: `    - name: test\n      mode: Exec\n    - name: production-low # next\n      mode: "Exec"\n      rolloutPercentage: 5\n`,
  },
  'a mode that the entry has not, in a flow map': {
    body: `    - { name: test, mode: "False" }\n    - { name: production-low, rolloutPercentage: 5 }\n`,
    want: `    - { name: test, mode: "False" }\n    - { name: production-low, mode: "False", rolloutPercentage: 5 }\n`,
  },
  'a mode that the entry has not, in a flow map of several lines': {
    body: `    - { name: test, mode: Exec }\n    - {\n        name: production-low,\n      }\n`,
    want: `    - { name: test, mode: Exec }\n    - {\n        name: production-low,\n        mode: "Exec",\n      }\n`,
  },
  'a mode behind the name, where the file ends without a newline': {
    body: `    - name: test\n      mode: Exec\n    - name: production-low`,
    want: `    - name: test\n      mode: Exec\n    - name: production-low\n      mode: "Exec"`,
  },
  'a mode whose value was left out': {
    body: `    - name: test\n      mode: Exec\n    - name: production-low\n      mode:\n      rolloutPercentage: 5\n`,
    want: `    - name: test\n      mode: Exec\n    - name: production-low\n      mode: "Exec"\n      rolloutPercentage: 5\n`,
  },
  'a mode whose value was left out, beside a comment': {
    body: `    - name: test\n      mode: Exec\n    - name: production-low\n      mode: # soon\n`,
    want: `    - name: test\n      mode: Exec\n    - name: production-low\n      mode: "Exec" # soon\n`,
  },
  'a mode that is a block of text': {
    body: `    - name: test\n      mode: Exec\n    - name: production-low\n      mode: >-\n        Pre\n      rolloutPercentage: 5\n`,
    want: `    - name: test\n      mode: Exec\n    - name: production-low\n      mode: "Exec"\n      rolloutPercentage: 5\n`,
  },
  'a mode that is a boolean for lack of quotes': {
    body: `    - { name: test, mode: "False" }\n    - { name: production-low, mode: False }\n`,
    want: `    - { name: test, mode: "False" }\n    - { name: production-low, mode: "False" }\n`,
  },
  'an alias, and not what it stands for': {
    body: `    - { name: test, mode: Exec }\n    - { name: other, mode: &was Pre }\n    - { name: production-low, mode: *was }\n`,
    want: `    - { name: test, mode: Exec }\n    - { name: other, mode: &was Pre }\n    - { name: production-low, mode: "Exec" }\n`,
  },
  'by what an alias stands for': {
    body: `    - { name: other, mode: &is Exec }\n    - { name: test, mode: *is }\n    - { name: production-low, mode: Pre }\n`,
    want: `    - { name: other, mode: &is Exec }\n    - { name: test, mode: *is }\n    - { name: production-low, mode: "Exec" }\n`,
  },
  'a mode that came by a merge': {
    body: `    - &low\n      name: test\n      mode: Exec\n    - <<: *low\n      name: production-low\n      mode: Pre\n`,
    want: `    - &low\n      name: test\n      mode: Exec\n    - <<: *low\n      name: production-low\n      mode: "Exec"\n`,
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

  test('in a file with the newlines of Windows', () => {
    for (const { body, want } of Object.values(cases)) {
      const [windows, edit] = [(head + body).replaceAll('\n', '\r\n'), (head + want).replaceAll('\n', '\r\n')];
      assert.equal(editTier(windows, 'f.yaml', tiers).text, edit);
    }
  });

  const object = (...entries: readonly object[]) => ({
    apiVersion: 'routesrv.dev/v1alpha1',
    kind: 'RouteServerConfig',
    metadata: { name: 'ingress' },
    spec: { tiers: [{ name: 'test', mode: 'Exec' }, ...entries] },
  });
  for (const indent of [0, 2]) {
    test(`in JSON indented by ${indent}, which stays JSON`, () => {
      const text = JSON.stringify(object({ name: 'production-low' }), undefined, indent);
      const wanted = object({ name: 'production-low', mode: 'Exec' });
      const edit = editTier(text, 'f.json', tiers).text;
      assert.deepEqual(JSON.parse(edit), wanted);
      if (indent > 0) assert.equal(edit, JSON.stringify(wanted, undefined, indent));
    });
  }

  test('in an item of a list', () => {
    const listed = (mode: string): string => {
      const items = [{ kind: 'Service' }, object({ name: 'production-low', mode })];
      return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2);
    };
    assert.equal(editTier(listed('Pre'), 'f.json', tiers).text, listed('Exec'));
  });

  test('in a file of several documents', () => {
    const body = cases['a mode in a block map'] ?? assert.fail();
    const around = (inner: string): string =>
      `# a\nkind: Service\nmetadata: {name: x}\n---\n${head}${inner}---\nkind: ConfigMap\n`;
    assert.equal(editTier(around(body.body), 'f.yaml', tiers).text, around(body.want));
  });
});

test('one tier is not copied to itself', () => {
  const same = { from: 'test', to: 'test' };
  assert.throws(() => edited('    - { name: test, mode: Exec }\n', same), /--from and --to both name tier test/);
});

describe('a file is refused', () => {
  const twice = `${head}    - { name: test, mode: Exec }\n---\n${head}    - { name: test, mode: Exec }\n`;
  const refusals: Readonly<Record<string, readonly [string, RegExp]>> = {
    'that holds Helm values': ['mode: Exec\ntiers: []\n', /^f\.yaml: has no RouteServerConfig; a file of Helm values/],
    'that is a template': ['{{- if .Values.x }}\nkind: RouteServerConfig\n{{- end }}\n', /templates cannot be edited$/],
    'that has several configs': [twice, /^f\.yaml: has 2 of RouteServerConfig; say which one with --name$/],
    'whose tier shares its mode by an anchor': [
      `${head}    - { name: test, mode: Exec }\n    - { name: production-low, mode: &m Pre }\n    - { name: last, mode: *m }\n`,
      /^f\.yaml: mode of tier production-low cannot be edited alone: an anchor .*; write mode: "Exec" by hand$/,
    ],
    'whose tier is merged into another one': [
      `${head}    - { name: test, mode: Exec }\n    - &m { name: production-low, mode: Pre }\n    - { <<: *m, name: last }\n`,
      /cannot be edited alone/,
    ],
    'in which a merge behind it would win': [
      `${head}    - &m { name: test, mode: Exec }\n    - &n { name: other, mode: Pre }\n    - name: production-low\n      <<: *n\n`,
      /has no entry for tier production-low/,
    ],
    'with two entries for the tier': [
      `${head}    - { name: test, mode: Exec }\n    - { name: production-low }\n    - { name: production-low }\n`,
      /spec\.tiers has 2 entries for tier production-low; keep one$/,
    ],
    'with a key twice': [
      `${head}    - { name: test, mode: Exec }\n    - { name: production-low, mode: Pre, mode: Pre }\n`,
      /^f\.yaml:10:\d+ \(document 1\): Map keys must be unique$/,
    ],
    'whose first tier has a mode that there is not': [
      `${head}    - { name: test, mode: False }\n    - { name: production-low, mode: Pre }\n`,
      /mode of tier test is false; write "False", "Pre" or "Exec", with quotes$/,
    ],
    'whose first tier has a percentage that is text': [
      `${head}    - { name: test, rolloutPercentage: "50" }\n    - { name: production-low }\n`,
      /rolloutPercentage of tier test is "50"; write a whole number from 0 to 100$/,
    ],
    'whose config has no name': [
      `${head}    - { name: test, mode: Exec }\n    - { name: production-low }\n`.replace('name: ingress, ', ''),
      /its RouteServerConfig has no metadata\.name; give it one$/,
    ],
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
