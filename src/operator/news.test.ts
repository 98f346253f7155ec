import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteServerConfigStatus } from '../api/index.ts';
import type { EventToRecord } from '../kube/index.ts';
import { conditionEvents } from './condition-events.ts';
import { onceEach } from './news.ts';

type Truth = 'True' | 'False' | 'Unknown';
interface Shown {
  readonly phase: string;
  /** Condition → its status and reason. */
  readonly conditions: Readonly<Record<string, readonly [Truth, string]>>;
}

function status({ phase, conditions }: Shown): RouteServerConfigStatus {
  return {
    phase: phase,
    conditions: Object.entries(conditions).map(([type, [truth, reason]]) => ({
      ...{ type, status: truth, reason, message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' },
    })),
  };
}

/** As a pass tells it. */
function told(from: Shown, to: Shown): readonly string[] {
  const [before, after] = [status(from), status(to)];
  const [, reason = ''] = to.conditions['Ready'] ?? [];
  const isMove = from.phase !== to.phase || from.conditions['Ready']?.[1] !== reason;
  const move: EventToRecord | undefined = isMove ? { type: 'Normal', reason, action: to.phase, note: 'm' } : undefined;
  const events = onceEach(before, after, move, conditionEvents(before, after));
  return events.map((event) => `${event.type} ${event.action} ${event.reason}`);
}

const agreeing: Shown = {
  phase: 'Shadowing',
  conditions: { Ready: ['False', 'ShadowNotSettled'], ShadowInSync: ['True', 'ShadowInSync'] },
};
const differing: Shown = {
  phase: 'Shadowing',
  conditions: { Ready: ['False', 'ShadowOutOfSync'], ShadowInSync: ['False', 'ShadowOutOfSync'] },
};
const held: Shown = { ...differing, conditions: { ...differing.conditions, Ready: ['False', 'RouteServerNotReady'] } };
const moved: Shown = {
  phase: 'Moved',
  conditions: { Ready: ['True', 'InExec'], FallbackActive: ['False', 'FallbackNotNeeded'] },
};
const falling: Shown = {
  phase: 'Returning',
  conditions: { Ready: ['False', 'FallingBack'], FallbackActive: ['True', 'FallingBack'] },
};

const cases: Readonly<Record<string, { readonly from: Shown; readonly to: Shown; readonly want: readonly string[] }>> =
  {
    'a difference that holds the fleet is told once, as trouble': {
      from: agreeing,
      to: differing,
      want: ['Warning Shadowing ShadowOutOfSync'],
    },
    'a fallback that begins is told once, as trouble': {
      from: moved,
      to: falling,
      want: ['Warning Returning FallingBack'],
    },
    'a difference beside another reason is told beside it': {
      from: agreeing,
      to: held,
      want: ['Normal Shadowing RouteServerNotReady', 'Warning ShadowInSync ShadowOutOfSync'],
    },
    'a difference that was told and comes to hold the fleet is not told again': {
      from: held,
      to: differing,
      want: [],
    },
    'the end of a difference is told': {
      from: differing,
      to: agreeing,
      want: ['Normal Shadowing ShadowNotSettled', 'Normal ShadowInSync ShadowInSync'],
    },
    'a new phase is told, though its reason was told before': {
      from: { ...differing, phase: 'Starting' },
      to: differing,
      want: ['Normal Shadowing ShadowOutOfSync'],
    },
    'what stays is not told': { from: differing, to: differing, want: [] },
  };
for (const [name, { from, to, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(told(from, to), want);
  });
}
