import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resolveTier } from '../api/index.ts';
import { decide } from '../rollout/index.ts';
import { aWorld, T0, type World } from '../rollout/builder.test-support.ts';
import type { Settlement } from '../shadow/index.ts';
import { createMetrics } from '../telemetry/index.ts';
import { aConfig } from './builder.test-support.ts';
import { meterOperator } from './metrics.ts';
import type { PassResult } from './status.ts';

const key = { namespace: 'kube-system', name: 'ingress' };
const inSync: Settlement = { verdict: 'InSync', sinceMs: T0, pending: {}, checks: 1 };

function resultOf(world: World, settlement?: Settlement): PassResult {
  const config = aConfig();
  return {
    config,
    settlement,
    tier: undefined,
    resolution: resolveTier(config.spec, undefined),
    seen: world.seen,
    decision: decide(world.seen, T0),
    routeServerImage: undefined,
    failure: undefined,
  };
}

function aMeter() {
  const metrics = createMetrics({ process: false });
  const meter = meterOperator(metrics);
  /** The series that are not 0, without the labels of the config. */
  const shown = async (): Promise<readonly string[]> => {
    const series = (await metrics.render()).split('\n').filter((line) => line.includes('name="ingress"'));
    const labels = /namespace="kube-system",name="ingress",/;
    return series.filter((line) => !line.endsWith(' 0')).map((line) => line.replace(labels, ''));
  };
  return { metrics, meter, shown };
}

describe('the metrics of a config', () => {
  test('say where it stands', async () => {
    const { meter, shown } = aMeter();
    meter.config(key, resultOf(aWorld().wishing({ mode: 'Pre' }).shadowing(), inSync));
    assert.deepEqual(await shown(), [
      'effective_mode{mode="Pre"} 1',
      'skippers{source="direct"} 3',
      'shadow_verdict{verdict="InSync"} 1',
    ]);
  });

  test('leave no trace of where it stood before', async () => {
    const { meter, shown } = aMeter();
    meter.config(key, resultOf(aWorld().wishing({ mode: 'Pre' }).shadowing(), inSync));
    meter.config(key, resultOf(aWorld().wishing({ mode: 'Exec' }).moved()));
    assert.deepEqual(await shown(), ['effective_mode{mode="Exec"} 1', 'skippers{source="routeServer"} 3']);
  });

  test('are gone with the config', async () => {
    const { metrics, meter } = aMeter();
    meter.config(key, resultOf(aWorld(), inSync));
    meter.forget(key);
    assert.doesNotMatch(await metrics.render(), /name="ingress"/);
  });
});

test('passes are counted by their outcome', async () => {
  const { metrics, meter } = aMeter();
  meter.pass('ok', 0.1);
  meter.pass('ok', 0.2);
  meter.pass('failed', 3);
  const counts = (await metrics.render()).split('\n').filter((line) => line.startsWith('reconcile_seconds_count'));
  assert.deepEqual(counts, ['reconcile_seconds_count{outcome="ok"} 2', 'reconcile_seconds_count{outcome="failed"} 1']);
});

test('what was done for Skippers is counted by what it was', async () => {
  const { metrics, meter } = aMeter();
  meter.healed(key, 'Resend');
  meter.healed(key, 'Resend');
  meter.healed(key, 'Evict');
  const counts = (await metrics.render()).split('\n').filter((line) => line.startsWith('healings_total'));
  assert.deepEqual(counts, [
    'healings_total{namespace="kube-system",name="ingress",action="Resend"} 2',
    'healings_total{namespace="kube-system",name="ingress",action="Evict"} 1',
  ]);
});
