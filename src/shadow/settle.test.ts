import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { inconclusive } from './compare-texts.ts';
import { awaitsReread, settle } from './settle.ts';
import { toleranceProblems } from './tolerate.ts';
import type { Comparison, Evidence, Settlement, Verdict } from './types.ts';

function seen(...differences: readonly string[]): Evidence {
  const comparison: Comparison = {
    counts: { added: 0, removed: 0, changed: differences.length, rejected: 0, tolerated: 0 },
    samples: [],
    tolerated: [],
    digests: { direct: 'd', routeServer: 'r' },
    routes: { direct: 3, routeServer: 3 },
    differences,
  };
  return { outcome: 'compared', comparison };
}
const nothing = inconclusive('Unreachable', 'Skipper does not answer');

/** The verdicts after each evidence, one second apart. */
function verdicts(...evidence: readonly Evidence[]): readonly (readonly [verdict: Verdict, sinceMs: number])[] {
  const settlements: Settlement[] = [];
  evidence.forEach((each, at) => settlements.push(settle(settlements.at(-1), each, at * 1000)));
  return settlements.map(({ verdict, sinceMs }) => [verdict, sinceMs]);
}

const cases: Record<string, { readonly evidence: readonly Evidence[]; readonly last: readonly [Verdict, number] }> = {
  'is InSync at once when nothing differs': { evidence: [seen()], last: ['InSync', 0] },
  'keeps the time since when it is InSync': { evidence: [seen(), seen(), seen()], last: ['InSync', 0] },
  'is Inconclusive while the only difference was seen once': { evidence: [seen('a')], last: ['Inconclusive', 0] },
  'is OutOfSync when the same difference is seen again': {
    evidence: [seen('a'), seen('a')],
    last: ['OutOfSync', 1000],
  },
  'stays InSync through a difference that goes away': { evidence: [seen(), seen('a'), seen()], last: ['InSync', 0] },
  'stays InSync while each difference is another one': {
    evidence: [seen(), seen('a'), seen('b'), seen('c')],
    last: ['InSync', 0],
  },
  'leaves InSync when a difference is seen again': {
    evidence: [seen(), seen('a'), seen('b', 'a')],
    last: ['OutOfSync', 2000],
  },
  'does not count a difference that was away in between': {
    evidence: [seen(), seen('a'), seen(), seen('a')],
    last: ['InSync', 0],
  },
  'counts a difference through a look that said nothing': {
    evidence: [seen(), seen('a'), nothing, seen('a')],
    last: ['OutOfSync', 3000],
  },
  'stays OutOfSync while one difference takes the place of another': {
    evidence: [seen('a'), seen('a'), seen('b')],
    last: ['OutOfSync', 1000],
  },
  'is InSync again as soon as nothing differs': { evidence: [seen('a'), seen('a'), seen()], last: ['InSync', 2000] },
  'is Inconclusive when nothing can be read, whatever it was': {
    evidence: [seen(), nothing],
    last: ['Inconclusive', 1000],
  },
  'counts the time of InSync anew after a break': { evidence: [seen(), nothing, seen()], last: ['InSync', 2000] },
};

suite('the verdict', () => {
  for (const [name, { evidence, last }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(verdicts(...evidence).at(-1), last);
    });
  }

  test('is never OutOfSync without a difference that two comparisons saw', () => {
    const evidence = fc.oneof(
      fc.subarray(['a', 'b', 'c']).map((keys) => seen(...keys)),
      fc.constant(nothing),
    );
    fc.assert(
      fc.property(fc.array(evidence), (all) => {
        const compared = all.flatMap((each) => (each.outcome === 'compared' ? [each.comparison.differences] : []));
        const twice = compared.some((keys, at) => keys.some((key) => compared[at + 1]?.includes(key)));
        assert.equal(
          verdicts(...all).some(([verdict]) => verdict === 'OutOfSync'),
          twice,
        );
      }),
    );
  });

  test('moves its time only when it changes itself', () => {
    const evidence = fc.oneof(
      fc.subarray(['a', 'b']).map((keys) => seen(...keys)),
      fc.constant(nothing),
    );
    fc.assert(
      fc.property(fc.array(evidence), (all) => {
        const given = verdicts(...all);
        given.forEach(([verdict, sinceMs], at) => {
          const before = given[at - 1];
          assert.equal(sinceMs, before?.[0] === verdict ? before[1] : at * 1000);
        });
      }),
    );
  });
});

suite('a settlement', () => {
  test('says why it is inconclusive, and keeps what was compared last', () => {
    const settled = settle(settle(undefined, seen(), 0), nothing, 1000);
    assert.deepEqual(settled.inconclusive, { reason: 'Unreachable', message: 'Skipper does not answer' });
    assert.equal(settled.comparison?.routes.direct, 3);
    assert.equal(settled.checks, 2);
  });

  test('asks for another look while a difference was seen once', () => {
    const once = settle(settle(undefined, seen(), 0), seen('a'), 1);
    assert.deepEqual([once, settle(once, seen('a'), 2), settle(once, seen(), 2)].map(awaitsReread), [
      true,
      false,
      false,
    ]);
  });
});

suite('tolerances', () => {
  test('that cannot be read are named with their place', () => {
    const problems = toleranceProblems([{ route: '^kube_' }, { class: 'Filters' }, { route: '(' }]);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^spec\.shadow\.tolerate\[2\]\.route /);
  });
});
