import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison, DifferenceCounts, Settlement } from '../../shadow/index.ts';
import { summaryOf } from './summary.ts';

function compared(counts: Partial<DifferenceCounts>, samples: Comparison['samples'] = []): Comparison {
  return {
    counts: { added: 0, removed: 0, changed: 0, rejected: 0, tolerated: 0, ...counts },
    samples,
    tolerated: [],
    digests: { direct: 'a', routeServer: 'b' },
    routes: { direct: 41, routeServer: 42 },
    differences: [],
  };
}

function settled(verdict: Settlement['verdict'], more: Partial<Settlement> = {}): Settlement {
  return { verdict, sinceMs: 0, pending: {}, checks: 1, ...more };
}

const sample = { routeId: 'kube_a__b', kind: 'Missing', difference: "not in the route server's table" } as const;

const cases: Readonly<Record<string, { given: Settlement; want: string }>> = {
  'agreement does not count the routes, whose number changes all the time': {
    given: settled('InSync', { comparison: compared({}) }),
    want: 'the tables agree',
  },
  'agreement tells what was left aside': {
    given: settled('InSync', { comparison: compared({ tolerated: 2, rejected: 3 }) }),
    want: 'the tables agree, 2 differ and are tolerated, 3 are rejected by Skipper',
  },
  'agreement that a process before this one saw has no numbers': {
    given: settled('InSync'),
    want: 'confirmed by an earlier comparison',
  },
  'a difference tells how much differs, and the first': {
    given: settled('OutOfSync', { comparison: compared({ added: 1, removed: 2, changed: 3 }, [sample, sample]) }),
    want: "2 routes missing, 1 extra, 3 changed; first: kube_a__b: not in the route server's table",
  },
  'a difference without a sample is told all the same': {
    given: settled('OutOfSync', { comparison: compared({ added: 1 }) }),
    want: '0 routes missing, 1 extra, 0 changed',
  },
  'missing evidence tells why, whatever was compared before': {
    given: settled('Inconclusive', {
      comparison: compared({ added: 1 }),
      inconclusive: { reason: 'Unreachable', message: 'Skipper a did not answer' },
    }),
    want: 'Skipper a did not answer',
  },
  'missing evidence without a word is no evidence yet': {
    given: settled('Inconclusive'),
    want: 'no table was compared yet',
  },
};

for (const [name, { given, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.equal(summaryOf(given), want);
  });
}
