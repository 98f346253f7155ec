import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveTier, type RouteServerConfigStatus } from '../api/index.ts';
import type { EventToRecord } from '../kube/index.ts';
import { decide } from '../rollout/index.ts';
import { aWorld, minutes, T0, type World } from '../rollout/builder.test-support.ts';
import { aConfig } from './builder.test-support.ts';
import { eventOf } from './events.ts';
import type { Failure } from './failure.ts';
import { firstStatus, statusOf } from './status.ts';

interface Pass {
  readonly status: RouteServerConfigStatus;
  readonly event: EventToRecord | undefined;
}

function passAfter(before: RouteServerConfigStatus, world: World, failure?: Failure): Pass {
  const config = aConfig({}, {}, before);
  const result = {
    config,
    failure,
    tier: undefined,
    resolution: resolveTier(config.spec, undefined),
    seen: world.seen,
    decision: decide(world.seen, T0),
    settlement: undefined,
    routeServerImage: undefined,
  };
  const status = statusOf(result, T0);
  return { status, event: eventOf(before, status, result) };
}

type Look = World | readonly [World, Failure];

/** What is told while the world goes through `worlds`. */
function told(worlds: readonly Look[]): readonly string[] {
  let status = firstStatus(aConfig(), T0);
  return worlds.flatMap((entry) => {
    const pass = 'seen' in entry ? passAfter(status, entry) : passAfter(status, ...entry);
    ({ status } = pass);
    return pass.event === undefined ? [] : [`${pass.event.type} ${pass.event.action} ${pass.event.reason}`];
  });
}

const starting = aWorld().wishing({ mode: 'Exec' });
const shadowing = starting.shadowing();
const claimed: Failure = { reason: 'ObjectClaimed', message: 'Service a is not ours', needsPerson: true };
const away: Failure = { reason: 'ApiUnavailable', message: 'no answer', needsPerson: false };

const cases: Readonly<Record<string, { worlds: readonly Look[]; want: readonly string[] }>> = {
  'the first pass is told': { worlds: [aWorld()], want: ['Normal Off ModeFalse'] },
  'each new phase is told once': {
    worlds: [starting, starting, shadowing, shadowing, shadowing.shadow('InSync', T0 - minutes(11))],
    want: [
      'Normal Starting RouteServerNotReady',
      'Normal Shadowing ShadowInconclusive',
      'Normal Switching SwitchingSkippers',
    ],
  },
  'a new reason within a phase is told once': {
    worlds: [shadowing, shadowing.shadow('OutOfSync'), shadowing.shadow('OutOfSync', T0 - 1)],
    want: ['Normal Shadowing ShadowInconclusive', 'Normal Shadowing ShadowOutOfSync'],
  },
  'a message that changes is not told again: progress is for the status': {
    worlds: [
      starting.moved().fleet({ rolledOut: false, pods: { total: 3, direct: 2, routeServer: 1 } }),
      starting.moved().fleet({ rolledOut: false, pods: { total: 3, direct: 1, routeServer: 2 } }),
    ],
    want: ['Normal Switching SwitchingSkippers'],
  },
  'what needs a person is a warning': {
    worlds: [
      shadowing.fleet({ unsupportedFlags: [{ flag: 'kubernetes-enable-tls', reason: 'not read by a route server' }] }),
    ],
    want: ['Warning Shadowing FlagsUnsupported'],
  },
  'each step is told once, and so is what it waits for': {
    worlds: [
      starting.atStep(1).soaked({ step: 1, sinceMs: T0 - minutes(10) }),
      starting.atStep(10).soaked({ step: 10 }),
      starting.atStep(10).soaked({ step: 10, sinceMs: T0 - 1 }),
    ],
    want: ['Normal Stepping SteppingUp', 'Normal Stepping StepNotSoaked'],
  },
  'a failure is a warning, and its end is told': {
    worlds: [aWorld(), [aWorld(), away], [aWorld(), away], [aWorld(), claimed], aWorld()],
    want: ['Normal Off ModeFalse', 'Warning Off ApiUnavailable', 'Warning Off ObjectClaimed', 'Normal Off ModeFalse'],
  },
};

for (const [name, { worlds, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(told(worlds), want);
  });
}

test('an event says what the condition Ready says', () => {
  const { status, event } = passAfter(firstStatus(aConfig(), T0), aWorld());
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  assert.equal(event?.note, ready?.message);
});
