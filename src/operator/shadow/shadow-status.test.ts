import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ShadowStatus } from '../../api/index.ts';
import type { Comparison, Settlement } from '../../shadow/index.ts';
import { shadowStatus } from './shadow-status.ts';

const T0 = Date.UTC(2026, 0, 31, 9);
const noCounts = { added: 0, removed: 0, changed: 0, rejected: 3, tolerated: 0 };
const sample = { routeId: 'kube_a', kind: 'EndpointLag', difference: 'endpoints: -http://10.0.0.1' } as const;

function compared(change: Partial<Comparison> = {}): Comparison {
  return {
    counts: noCounts,
    samples: [],
    tolerated: [],
    digests: { direct: 'a', routeServer: 'a' },
    routes: { direct: 41, routeServer: 41 },
    differences: [],
    ...change,
  };
}
const settled = (change: Partial<Settlement> = {}): Settlement => ({
  verdict: 'InSync',
  sinceMs: T0,
  pending: {},
  checks: 7,
  comparison: compared(),
  ...change,
});
const written: ShadowStatus = {
  verdict: 'InSync',
  since: '2026-01-31T09:00:00Z',
  counts: noCounts,
  samples: [],
  checks: 7,
  digests: { direct: 'a', routeServer: 'a' },
};

test('a first comparison is written down whole', () => {
  assert.deepEqual(shadowStatus(settled(), undefined), written);
});

const nothingNew: Readonly<Record<string, Settlement>> = {
  'the same was found once more': settled({ checks: 8 }),
  'the tables changed, and still agree': settled({
    comparison: compared({ digests: { direct: 'b', routeServer: 'b' }, routes: { direct: 42, routeServer: 42 } }),
  }),
  'a difference was seen once': settled({
    comparison: compared({ counts: { ...noCounts, changed: 1 }, samples: [sample], differences: ['x'] }),
  }),
};
describe('status stays the very same when', () => {
  for (const [name, settlement] of Object.entries(nothingNew)) {
    test(name, () => {
      assert.equal(shadowStatus(settlement, written), written);
    });
  }

  test('the API server gives the counts in another order', () => {
    const counts = { tolerated: 0, rejected: 3, removed: 0, changed: 0, added: 0 };
    const before = { ...written, counts };
    assert.equal(shadowStatus(settled(), before), before);
  });
});

describe('status is written anew, with everything that is known by then, when', () => {
  test('the verdict changes', () => {
    const comparison = compared({
      counts: { ...noCounts, changed: 1 },
      samples: [sample],
      differences: ['x'],
      digests: { direct: 'b', routeServer: 'c' },
    });
    const settlement = settled({ verdict: 'OutOfSync', sinceMs: T0 + 60_000, checks: 9, comparison });
    assert.deepEqual(shadowStatus(settlement, written), {
      verdict: 'OutOfSync',
      since: '2026-01-31T09:01:00Z',
      counts: { ...noCounts, changed: 1 },
      samples: [sample],
      checks: 9,
      digests: { direct: 'b', routeServer: 'c' },
    });
  });

  test('another number of routes is tolerated', () => {
    const comparison = compared({ counts: { ...noCounts, tolerated: 1 } });
    assert.equal(shadowStatus(settled({ checks: 8, comparison }), written).checks, 8);
  });
});

test('agreement after a difference that was seen once before anything else shows no counts of it', () => {
  const comparison = compared({ counts: { ...noCounts, changed: 1 }, samples: [sample], differences: ['x'] });
  const before: ShadowStatus = { ...written, verdict: 'OutOfSync', samples: [sample] };
  const { samples, counts } = shadowStatus(settled({ comparison }), before);
  assert.deepEqual({ samples, counts }, { samples: undefined, counts: undefined });
});

test('what is tolerated is told by entry, the ten with most of it', () => {
  const toleratedBy = Array.from({ length: 12 }, (_, at) => ({ route: `^r${String(at)}`, count: 20 - at }));
  const now = shadowStatus(settled({ comparison: { ...compared(), toleratedBy } }), written);
  assert.deepEqual(now.toleratedBy, toleratedBy.slice(0, 10));
});

test('names and descriptions are as long as the definition of the resource lets them be', () => {
  const samples = [{ routeId: 'r'.repeat(600), kind: 'RejectedBySkipper', difference: 'd'.repeat(2_000) }] as const;
  const [sample] = shadowStatus(settled({ comparison: compared({ samples }) }), undefined).samples ?? [];
  assert.deepEqual([sample?.routeId.length, sample?.difference.length], [512, 1_024]);
});
