import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resolveTier, type ObjectMeta, type WrittenSpec } from '../api/index.ts';
import { wishOf, type Wish } from '../rollout/index.ts';
import { aConfig } from './builder.test-support.ts';

interface Given {
  readonly spec?: Partial<WrittenSpec>;
  readonly metadata?: Partial<ObjectMeta>;
  readonly tier?: string;
}

function wishFor({ spec, metadata, tier }: Given): Wish {
  const config = aConfig(spec, metadata);
  return wishOf(config, resolveTier(config.spec, tier));
}

const approvedBy = (annotation: string) => ({ annotations: { 'routesrv.dev/approved-generation': annotation } });
const twoTiers: Partial<WrittenSpec> = {
  mode: 'False',
  tiers: [{ name: 'test', mode: 'Exec', rolloutPercentage: 0 }, { name: 'production' }],
};
const skipper = { deploymentRef: { name: 'skipper-ingress' } };

const cases: Readonly<Record<string, { given: Given; want: Partial<Wish> }>> = {
  'a spec that says nothing wishes mode False for everybody': {
    given: {},
    want: { mode: 'False', percentage: 100, suspended: false, approval: 'Automatic', tierKnown: false },
  },
  'durations become milliseconds': {
    given: { spec: { rollout: { steps: [100], inSyncFor: '1h30m', bake: '336h' } } },
    want: { inSyncForMs: 5_400_000, bakeMs: 1_209_600_000 },
  },
  'the entry of the tier wins over the top level': {
    given: { spec: twoTiers, tier: 'test' },
    want: { mode: 'Exec', percentage: 0, tierKnown: true },
  },
  'an entry without a mode leaves the top level in force': {
    given: { spec: twoTiers, tier: 'production' },
    want: { mode: 'False', percentage: 100, tierKnown: true },
  },
  'a tier without an entry is known all the same': {
    given: { spec: twoTiers, tier: 'staging' },
    want: { mode: 'False', tierKnown: true },
  },
  'an approval names a generation': {
    given: { metadata: approvedBy('12') },
    want: { approvedGeneration: 12 },
  },
  'an approval of something that is no number approves nothing': {
    given: { metadata: approvedBy('yes') },
    want: { approvedGeneration: undefined },
  },
  'an approval with a sign approves nothing': {
    given: { metadata: approvedBy('-1') },
    want: { approvedGeneration: undefined },
  },
  'no annotation approves nothing': { given: {}, want: { approvedGeneration: undefined } },
  'a suspended config says so': { given: { spec: { suspend: true } }, want: { suspended: true } },
};

describe('a wish', () => {
  for (const [name, { given, want }] of Object.entries(cases)) {
    test(name, () => {
      const wish = wishFor(given);
      const stated = Object.fromEntries(Object.keys(want).map((field) => [field, wish[field as keyof Wish]]));
      assert.deepEqual(stated, want);
    });
  }
});

const ignored: Readonly<Record<string, { spec: Partial<WrittenSpec>; want: readonly string[] }>> = {
  'a spec that asks for nothing special is acted on in full': { spec: {}, want: [] },
  'not steps and fallback': { spec: { rollout: { steps: [10, 100] }, fallback: { enabled: true } }, want: [] },
  'a client balancer that is on': {
    spec: { clientBalancer: { enabled: true, percentage: 10 } },
    want: [],
  },
  'not a client balancer that is off': { spec: { clientBalancer: { enabled: false, percentage: 10 } }, want: [] },
  'not wiring by ConfigFile': { spec: { skipper: { ...skipper, wiring: 'ConfigFile' } }, want: [] },
  'not a freshness budget of its own': { spec: { shadow: { freshnessBudget: '1m' } }, want: [] },
  'not a percentage on the way': { spec: { rolloutPercentage: 1 }, want: [] },
};

describe('the fields that are not acted on are', () => {
  for (const [name, { spec, want }] of Object.entries(ignored)) {
    test(name, () => {
      assert.deepEqual(wishFor({ spec }).fieldsNotActedOn, want);
    });
  }
});
