import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Condition, RouteServerConfigStatus } from '../api/index.ts';
import { createMetrics } from '../telemetry/index.ts';
import { meterConditions } from './condition-metrics.ts';

const key = { namespace: 'kube-system', name: 'ingress' };

function ready(status: Condition['status'], reason: string, phase: string): RouteServerConfigStatus {
  const condition = { type: 'Ready', status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' } as const;
  return {
    phase,
    conditions: [condition],
    resolved: { mode: 'Exec', rolloutPercentage: 50, source: 'spec' },
    rollout: { percentage: 20 },
  } as unknown as RouteServerConfigStatus;
}

const shadowing = ready('False', 'ShadowNotSettled', 'Shadowing');
const waiting = ready('False', 'ApprovalMissing', 'Shadowing');
const moved = ready('True', 'InExec', 'Moved');

/** Series that are not 0 after these statuses, without the labels of the config. */
async function shown(...statuses: readonly RouteServerConfigStatus[]): Promise<readonly string[]> {
  const metrics = createMetrics({ process: false });
  const meter = meterConditions(metrics);
  statuses.forEach((status, index) => {
    meter.status(key, statuses[index - 1], status);
  });
  const lines = (await metrics.render()).split('\n').filter((line) => /^[a-z].*[1-9]\d*$/.test(line));
  return lines.map((line) => line.replace('namespace="kube-system",name="ingress",', ''));
}

describe('what the metrics of a config say', () => {
  test('of one that is held: the reason, once however often it is looked at', async () => {
    assert.deepEqual(await shown(shadowing, shadowing, shadowing), [
      'condition{type="Ready",status="False"} 1',
      'rollout_percentage{share="wanted"} 50',
      'rollout_percentage{share="actual"} 20',
      'held{reason="ShadowNotSettled"} 1',
      'holds_total{reason="ShadowNotSettled"} 1',
      'transitions_total{from="Off",to="Shadowing"} 1',
    ]);
  });

  test('of one that is held by one gate after another: only the last one holds', async () => {
    const lines = await shown(shadowing, waiting);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('held')),
      ['held{reason="ApprovalMissing"} 1'],
    );
    assert.equal(lines.filter((line) => line.startsWith('holds_total')).length, 2);
  });

  test('of one that is ready: nothing holds it', async () => {
    const lines = await shown(shadowing, moved);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('held')),
      [],
    );
    assert.ok(lines.includes('condition{type="Ready",status="True"} 1'));
    assert.ok(lines.includes('transitions_total{from="Shadowing",to="Moved"} 1'));
  });

  test('of one that is gone: only what was counted', async () => {
    const metrics = createMetrics({ process: false });
    const meter = meterConditions(metrics);
    meter.status(key, undefined, shadowing);
    meter.forget(key);
    const names = [...(await metrics.render()).matchAll(/^(\w+)\{/gm)].map(([, name]) => name);
    assert.deepEqual(names, ['holds_total', 'transitions_total']);
  });
});
