import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { printCall } from '../../eskip/index.ts';
import type { TrafficAlgorithm } from '../options.ts';
import { trafficShares, type TrafficShare } from './traffic.ts';

function weighted(...weights: readonly number[]): { name: string; weight: number }[] {
  return weights.map((weight, index) => ({ name: `b${String(index)}`, weight }));
}

function printed(algorithm: TrafficAlgorithm, ...weights: readonly number[]): readonly string[] {
  const shares = trafficShares(algorithm, weighted(...weights)).values();
  return Array.from(
    shares,
    ({ allowed, predicates }) => (allowed ? '' : 'no: ') + predicates.map(printCall).join(' && '),
  );
}

suite('with Traffic predicates', () => {
  const cases = {
    'a single backend needs none': { weights: [7], want: [''] },
    'two equal ones toss a coin': { weights: [0, 0], want: ['Traffic(0.5)', ''] },
    'each share is one of what is left': {
      weights: [1, 2, 3, 4],
      want: [
        'Traffic(0.1) && True() && True()',
        'Traffic(0.2222222222222222) && True()',
        'Traffic(0.42857142857142855)',
        '',
      ],
    },
    'a backend without weight gets nothing': { weights: [1, 0], want: ['', 'no: Traffic(0)'] },
    'the last with a weight gets the rest': {
      weights: [1, 1, 0],
      want: ['Traffic(0.5) && True()', '', 'no: Traffic(0)'],
    },
  };
  for (const [name, { weights, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(printed('traffic-predicate', ...weights), want);
    });
  }

  test('the chances add up to the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 }), (weights) => {
        fc.pre(weights.some((weight) => weight > 0));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        let left = 1;
        for (const [index, share] of [...trafficShares('traffic-predicate', weighted(...weights)).values()].entries()) {
          const chance = Number(share.predicates[0]?.args[0] ?? 1);
          assert.ok(Math.abs(left * chance - (weights[index] ?? 0) / total) < 1e-9);
          left -= left * chance;
        }
      }),
    );
  });
});

suite('with TrafficSegment predicates', () => {
  const cases = {
    'a single backend needs none': { weights: [7], want: [''] },
    'segments lie side by side': {
      weights: [1, 1, 2],
      want: ['TrafficSegment(0, 0.25)', 'TrafficSegment(0.25, 0.5)', 'TrafficSegment(0.5, 1)'],
    },
    'without weights they are equal': { weights: [0, 0], want: ['TrafficSegment(0, 0.5)', 'TrafficSegment(0.5, 1)'] },
    'one without weight is empty': { weights: [0, 3], want: ['no: TrafficSegment(0, 0)', ''] },
  };
  for (const [name, { weights, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(printed('traffic-segment-predicate', ...weights), want);
    });
  }

  const ends = ({ predicates: [segment] }: TrafficShare) => (segment?.args ?? [0, 1]).map(Number);

  test('together they cover everything, once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const shares = [...trafficShares('traffic-segment-predicate', weighted(...weights)).values()];
        const length = shares
          .filter(({ allowed }) => allowed)
          .map(ends)
          .reduce((sum, [from = 0, to = 0]) => sum + to - from, 0);
        assert.ok(Math.abs(length - 1) < 1e-9);
        assert.equal(Math.max(...shares.map((share) => ends(share)[1] ?? 0)), 1);
      }),
    );
  });

  test('a backend that is named twice keeps its first segment', () => {
    const twice = [...weighted(1, 1), { name: 'b0', weight: 5 }];
    assert.equal(trafficShares('traffic-segment-predicate', twice).get('b0')?.predicates[0]?.args[1], 0.5);
  });
});
