import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withDefaults } from '../../api/index.ts';
import type { RouteServerConfig, RouteServerConfigStatus } from '../../api/index.ts';
import { compareTexts } from '../../shadow/index.ts';
import type { Comparison } from '../../shadow/index.ts';
import type { LocatedProblem } from '../manifest/located-problem.ts';
import { columns } from './columns.ts';
import { asideText, differenceText, differenceValue } from './difference.ts';
import { problemCount, problemLines, problemValues } from './problems.ts';
import { statusText } from './status.ts';
import type { SeenConfig } from './status.ts';

test('columns are as wide as their widest cell, the last one as long as it is', () => {
  assert.equal(
    columns([
      ['A', 'B'],
      ['long', 'x'],
      ['y', 'a longer text'],
    ]),
    'A      B\nlong   x\ny      a longer text\n',
  );
});

describe('problems', () => {
  const problem = (file: string | undefined, line: number, more: Partial<LocatedProblem> = {}): LocatedProblem => ({
    object: { kind: 'Ingress', namespace: 'shop', name: 'a' },
    field: 'spec.x',
    code: 'invalid-host',
    severity: 'error',
    message: 'is\n  wrong',
    place: file === undefined ? undefined : { file, document: 2, line },
    ...more,
  });
  const route = problem(undefined, 0, { object: { kind: 'Route', namespace: '', name: 'r' }, severity: 'info' });
  const three = [route, problem('b.yaml', 1), problem('a.yaml', 12), problem('a.yaml', 3)];

  test('are a line each, by file and line, those without a place last', () => {
    assert.equal(
      problemLines(three),
      [
        'a.yaml:3 (document 2): error: Ingress shop/a: spec.x: is wrong [invalid-host]',
        'a.yaml:12 (document 2): error: Ingress shop/a: spec.x: is wrong [invalid-host]',
        'b.yaml:1 (document 2): error: Ingress shop/a: spec.x: is wrong [invalid-host]',
        'note: Route r: spec.x: is wrong [invalid-host]',
        '',
      ].join('\n'),
    );
  });

  test('are counted by severity', () => {
    assert.deepEqual([three, [route], three.slice(1, 2)].map(problemCount), [
      '3 errors, 1 note',
      '0 errors, 1 note',
      '1 error',
    ]);
  });

  test('as values have everything in one level', () => {
    assert.deepEqual(problemValues([problem('b.yaml', 1)]), [
      {
        ...{ file: 'b.yaml', document: 2, line: 1, kind: 'Ingress', namespace: 'shop', name: 'a' },
        ...{ field: 'spec.x', code: 'invalid-host', severity: 'error', message: 'is\n  wrong' },
      },
    ]);
  });
});

describe('differences', () => {
  const compared = (
    a: string,
    b: string,
    tolerate: Parameters<typeof compareTexts>[2]['tolerate'] = [],
  ): Comparison => {
    const evidence = compareTexts(a, b, { tolerate, maxSamples: Infinity });
    assert.ok(evidence.outcome === 'compared');
    return evidence.comparison;
  };
  const names = { a: 'A', b: 'B' };
  const a = 'same: * -> <shunt>;\nold: * -> <shunt>;\nc: Path("/c") -> setPath("/a") -> <shunt>;\n';
  const b = 'same: * -> <shunt>;\nnew: * -> <shunt>;\nc: Path("/c") -> setPath("/b") -> <shunt>;\n';

  test('are a line per route, by id, and a sum', () => {
    assert.equal(
      differenceText(compared(a, b), names),
      [
        '~ c: filters: -setPath("/a") +setPath("/b")',
        '+ new: only in B',
        '- old: only in A',
        '',
        '3 routes in A, 3 in B: 1 only in A, 1 only in B, 1 changed',
        '',
      ].join('\n'),
    );
  });

  test('come with the whole routes when these are wanted', () => {
    const texts = (id: string) => ({
      a: id === 'new' ? undefined : `a of ${id}`,
      b: id === 'old' ? undefined : `b of ${id}`,
    });
    assert.deepEqual(differenceText(compared(a, b), names, texts).split('\n').slice(0, 7), [
      '~ c: filters: -setPath("/a") +setPath("/b")',
      '    - a of c',
      '    + b of c',
      '+ new: only in B',
      '    + b of new',
      '- old: only in A',
      '    - a of old',
    ]);
  });

  test('that are none say of how many routes', () => {
    const tolerate = (['Missing', 'Extra', 'Filters'] as const).map((kind) => ({ class: kind }));
    assert.equal(differenceText(compared(a, a), names), 'no difference in 3 routes\n');
    assert.equal(differenceText(compared(a, b, tolerate), names), 'no difference in 3 routes, 3 tolerated\n');
  });

  describe('with routes that Skipper rejected', () => {
    const list = (...ids: readonly string[]) => ids.map((id) => ({ id, error: `filter "${id}" not found` }));
    const ofFleet = (count: number, ...ids: readonly string[]): Comparison => {
      const rejected = { count, listing: JSON.stringify(list(...ids)) };
      const evidence = compareTexts(a, `${a}new: * -> <shunt>;\n`, { tolerate: [], maxSamples: Infinity, rejected });
      assert.ok(evidence.outcome === 'compared');
      return evidence.comparison;
    };

    test('name them with the reason, after what counts and not as a part of it', () => {
      assert.equal(
        differenceText(ofFleet(2, 'y', 'x'), names),
        '+ new: only in B\n\n3 routes in A, 4 in B: 0 only in A, 1 only in B, 0 changed, 2 rejected by B\n',
      );
      assert.equal(
        asideText(ofFleet(2, 'y', 'x'), 'B'),
        'rejected: x: filter "x" not found\nrejected: y: filter "y" not found\n',
      );
    });

    test('count those that it does not list', () => {
      assert.equal(asideText(ofFleet(1), 'B'), 'rejected: 1 route that B does not list\n');
    });

    test('have them in JSON, as a class of their own', () => {
      const value = differenceValue(ofFleet(1, 'x'), names, true) as Record<string, unknown>;
      assert.deepEqual(
        [value['counts'], value['rejected']],
        [
          { onlyInA: 0, onlyInB: 1, changed: 0, tolerated: 0, rejected: 1 },
          [{ routeId: 'x', kind: 'RejectedBySkipper', difference: 'filter "x" not found' }],
        ],
      );
    });
  });

  test('as a value say it in the words of tolerations', () => {
    const { digests } = compared(a, b);
    assert.deepEqual(differenceValue(compared(a, b, [{ class: 'Filters' }]), names), {
      different: true,
      a: { table: 'A', routes: 3, digest: digests.direct },
      b: { table: 'B', routes: 3, digest: digests.routeServer },
      counts: { onlyInA: 1, onlyInB: 1, changed: 0, tolerated: 1 },
      differences: [
        { routeId: 'new', kind: 'Extra', difference: 'only in B' },
        { routeId: 'old', kind: 'Missing', difference: 'only in A' },
      ],
    });
  });
});

describe('status', () => {
  const nowMs = Date.parse('2026-01-31T09:00:00Z');
  const seen = (status?: RouteServerConfigStatus): SeenConfig => {
    const metadata = { name: 'ingress', namespace: 'kube-system', uid: 'u', resourceVersion: '1', generation: 3 };
    const spec = withDefaults({ mode: 'Exec', skipper: { deploymentRef: { name: 'skipper' } } });
    const config: RouteServerConfig = {
      apiVersion: 'routesrv.dev/v1alpha1',
      kind: 'RouteServerConfig',
      metadata,
      spec,
      ...(status && { status }),
    };
    return { namespace: 'kube-system', name: 'ingress', config };
  };
  const condition = (type: string, lastTransitionTime: string) =>
    ({ type, status: 'True', reason: 'Because', message: 'so  it\nis', lastTransitionTime }) as const;

  test('shows what is asked for, what is so, and every condition', () => {
    const text = statusText(
      [
        seen({
          observedGeneration: 3,
          tier: 'test',
          phase: 'Stepping',
          resolved: { mode: 'Exec', rolloutPercentage: 100, source: 'Tier' },
          effectiveMode: 'Exec',
          rollout: { percentage: 33 },
          skippers: { total: 6, direct: 4, routeServer: 2 },
          conditions: [condition('Ready', '2026-01-31T08:59:30Z'), condition('Reconciling', '2026-01-29T08:00:00Z')],
        }),
      ],
      nowMs,
    );
    assert.equal(
      text,
      [
        'NAMESPACE     NAME      TIER   MODE   EFFECTIVE   PERCENT       SKIPPERS   FED   SHADOW   READY',
        'kube-system   ingress   test   Exec   Exec        33% of 100%   6          2     -        True',
        '',
        'kube-system/ingress: Stepping',
        '  Ready         True   30s   Because   so it is',
        '  Reconciling   True   2d    Because   so it is',
        '',
      ].join('\n'),
    );
  });

  const remarks: Readonly<Record<string, readonly [SeenConfig, RegExp]>> = {
    'says that nobody has looked at it yet': [seen(), /^ {2}no operator has looked at it yet$/m],
    'says that it is about an older spec': [seen({ observedGeneration: 2 }), /has not looked at the newest spec/],
    'shows the percentage alone once it is reached': [
      seen({ rollout: { percentage: 0 }, resolved: { mode: 'Pre', rolloutPercentage: 100, source: 'Tier' } }),
      / 0% /,
    ],
    'shows an object that it does not understand': [
      { namespace: 'n', name: 'odd', problems: ['spec.mode is wrong'] },
      /^n +odd .*Unreadable\n\nn\/odd\n {2}spec.mode is wrong\n$/m,
    ],
  };
  for (const [name, [config, want]] of Object.entries(remarks)) {
    test(name, () => {
      assert.match(statusText([config], nowMs), want);
    });
  }

  const ages: readonly (readonly [string, string])[] = [
    ['2026-01-31T09:00:10Z', '0s'],
    ['2026-01-31T08:58:01Z', '119s'],
    ['2026-01-31T08:58:00Z', '2m'],
    ['2026-01-31T07:00:00Z', '2h'],
  ];
  for (const [time, age] of ages) {
    test(`a condition since ${time} is ${age} old`, () => {
      assert.ok(statusText([seen({ conditions: [condition('Ready', time)] })], nowMs).includes(` ${age} `));
    });
  }
});
