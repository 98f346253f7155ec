import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aWorld, minutes, T0, type World } from './builder.test-support.ts';
import type { FleetObservation } from './gates.ts';
import type { Soak } from './observation.ts';
import { soakOf } from './soak.ts';

const atTen = (): World => aWorld().atStep(10);
const since = (sinceMs: number): Soak => ({ step: 10, sinceMs, template: 'a-template' });
const held = since(T0 - minutes(7));
const soaking = (): World => atTen().soaked(held);
const counts = (errors: number) => ({ requests: 1_000, errors });

const cases: Readonly<Record<string, { given: World; want: Soak | undefined }>> = {
  'begins now once the step is laid out': { given: atTen(), want: since(T0) },
  'does not begin while a canary is missing': { given: atTen().beside('fed', { rolledOut: false }), want: undefined },
  'goes on from when it began': { given: soaking(), want: held },
  'goes on while a companion is scaled': { given: soaking().beside('fed', { step: 10, rolledOut: false }), want: held },
  'goes on without a comparison': { given: soaking().with({ shadow: undefined }), want: held },
  'goes on while a comparison is inconclusive': { given: soaking().shadow('Inconclusive'), want: held },
  'goes on while errors are not known': {
    given: soaking().fleet({ errors: { known: false, moved: counts(900), direct: counts(0) } }),
    want: held,
  },
  'begins anew with another step': { given: atTen().soaked({ ...held, step: 1 }), want: since(T0) },
  'begins anew with another template': { given: atTen().soaked({ ...held, template: 'older' }), want: since(T0) },
  'breaks when the tables differ': { given: soaking().shadow('OutOfSync'), want: undefined },
  'breaks when moved Skippers answer with more errors': {
    given: soaking().fleet({ errors: { known: true, moved: counts(60), direct: counts(10) } }),
    want: undefined,
  },
  'breaks when no canary is ready': { given: soaking().beside('fed', { step: 10, ready: 0 }), want: undefined },
  'goes on beside a companion that shall have no pod': {
    given: soaking().beside('fed', { step: 10, replicas: 0, ready: 0 }),
    want: held,
  },
};
for (const [name, { given, want }] of Object.entries(cases)) {
  test(`a soak ${name}`, () => {
    assert.ok(given.seen.fleet);
    const seen: FleetObservation = { ...given.seen, fleet: given.seen.fleet };
    assert.deepEqual(soakOf(seen, 10, T0), want);
  });
}
