import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveTier, type Resolution } from './resolve-tier.ts';
import type { TierSpec } from './types.ts';

const tiers: readonly TierSpec[] = [
  { name: 'test', mode: 'Exec', rolloutPercentage: 100 },
  { name: 'production-low', mode: 'Pre' },
  { name: 'production', rolloutPercentage: 0 },
];
const spec = { mode: 'False', rolloutPercentage: 25, tiers } as const;

const cases: Readonly<Record<string, { tier: string | undefined; want: Resolution }>> = {
  "takes both values from the tier's entry": {
    tier: 'test',
    want: { mode: 'Exec', rolloutPercentage: 100, source: 'Tier', reason: 'TierFound' },
  },
  'takes the percentage from the top level when the entry leaves it out': {
    tier: 'production-low',
    want: { mode: 'Pre', rolloutPercentage: 25, source: 'Tier', reason: 'TierFound' },
  },
  'takes the mode from the top level when the entry leaves it out, and 0 counts as a percentage': {
    tier: 'production',
    want: { mode: 'False', rolloutPercentage: 0, source: 'Tier', reason: 'TierFound' },
  },
  'uses the top level for a tier without an entry': {
    tier: 'staging',
    want: { mode: 'False', rolloutPercentage: 25, source: 'TopLevel', reason: 'TierWithoutEntry' },
  },
  'does not take a part of a name for the name': {
    tier: 'production-lo',
    want: { mode: 'False', rolloutPercentage: 25, source: 'TopLevel', reason: 'TierWithoutEntry' },
  },
  'uses the top level when the operator was told no tier': {
    tier: undefined,
    want: { mode: 'False', rolloutPercentage: 25, source: 'TopLevel', reason: 'TierUnknown' },
  },
  'takes an empty tier for none': {
    tier: '',
    want: { mode: 'False', rolloutPercentage: 25, source: 'TopLevel', reason: 'TierUnknown' },
  },
};
for (const [name, { tier, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(resolveTier(spec, tier), want);
  });
}
