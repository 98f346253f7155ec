/** `drill fallback` on a fleet that a real operator has moved, against a real API server. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { WrittenSpec } from '../../../src/api/index.ts';
import { run, type Run } from '../../../src/cli/run.test-support.ts';
import type { Drill } from '../../../src/rollout/index.ts';
import type { Fleet } from './fleet.ts';
import { Stage } from './stage.ts';

let stage: Stage;
let fleet: Fleet;
before(async () => {
  stage = await Stage.open('operator-drill');
  await stage.startOperator();
  fleet = await stage.aFleet();
  await moved({ enabled: true, after: '2m' });
});
after(() => stage.close());

/** Waits for what a drill counts: the sentinel and two Skippers, all moved. */
async function moved(fallback: WrittenSpec['fallback'], more: Partial<WrittenSpec> = {}): Promise<void> {
  await fleet.personSets({ mode: 'Exec', ...more, ...(fallback === undefined ? {} : { fallback }) });
  await fleet.statusShows('two moved Skippers', ({ skippers }) => {
    return skippers?.routeServer === 2 && skippers.direct === 0;
  });
}

function drill(...more: readonly string[]): Promise<Run> {
  const { kubeconfigPath } = stage.ground.cluster;
  return run([
    'drill',
    'fallback',
    '--kubeconfig',
    kubeconfigPath,
    '-n',
    fleet.namespace,
    '--config',
    'ingress',
    ...more,
  ]);
}

describe('drill fallback --dry-run', () => {
  test('tells who would go back, when, and how it would end', async () => {
    const { code, out, err } = await drill('--dry-run');
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^shop-1\/ingress: if the route server failed now\n/);
    assert.match(out, / after 120 s, if it stayed away \(FallingBack\):\n +2 go back to their own data client\n/);
    assert.match(out, /direct pollers: \d now, 2 then, at most 180 /);
    assert.match(out, /kubectl annotate .* ingress -n shop-1 routesrv[.]dev\/acknowledged-fallback="/);
  });

  test('counts against the budget, in JSON', async () => {
    await moved({ enabled: true, after: '2m', maxDirectPollers: 1 });
    const { code, out } = await drill('--dry-run', '-o', 'json');
    const { wouldFallBack, reason, moveBack, keepLastKnownGood, directPollers } = JSON.parse(out) as Drill;
    assert.deepEqual([code, wouldFallBack, reason], [0, true, 'FallbackBudgetExceeded']);
    assert.deepEqual([moveBack, keepLastKnownGood, directPollers.most], [0, 2, 1]);
    assert.ok(directPollers.then <= 1);
  });

  test('names what would keep Skippers where they are', async () => {
    await moved({ enabled: false });
    const disabled = await drill('--dry-run');
    assert.equal(disabled.code, 1);
    assert.match(disabled.out, /nothing would move: FallbackDisabled: spec.fallback.enabled is false/);
    await moved({ enabled: true }, { suspend: true });
    assert.match((await drill('--dry-run')).out, /nothing would move: Suspended: spec.suspend is true/);
  });

  test('changes nothing, and does nothing at all without --dry-run', async () => {
    const version = async () => (await fleet.skipper()).metadata.resourceVersion;
    const before = await version();
    const { code, out, err } = await drill();
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /^error: give --dry-run: a drill only says/);
    await drill('--dry-run');
    assert.equal(await version(), before);
  });

  test('says which config it does not find', async () => {
    const { code, err } = await drill('--dry-run', '--config', 'other');
    assert.equal(code, 2);
    assert.match(err, /^error: .*shop-1\/other/);
  });
});
