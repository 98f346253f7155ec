import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aWorld, minutes, T0 } from './builder.test-support.ts';
import { decide } from './decide.ts';
import { describeConvergence, describeErrors } from './evidence.ts';
import { describeFallback } from './fallback.ts';
import type { FleetSeen } from './observation.ts';

const kubelet = 'the kubelet says of pod a: ErrImagePull: no such image';
const noPlace = '0/3 nodes are available';
const rolling = { present: true, rolledOut: false } as const;

const told: Readonly<Record<string, { given: ReturnType<typeof aWorld>; reason: string; message: RegExp }>> = {
  'of a route server that does not start': {
    given: aWorld()
      .wishing({ mode: 'Pre' })
      .routeServer({ ...rolling, trouble: kubelet }),
    reason: 'RouteServerNotReady',
    message: new RegExp(`^the route server is being rolled out; ${kubelet}$`),
  },
  'of one that finds no node': {
    given: aWorld()
      .wishing({ mode: 'Exec' })
      .routeServer({ ...rolling, trouble: `the scheduler says: ${noPlace}` }),
    reason: 'RouteServerNotReady',
    message: new RegExp(`being rolled out; the scheduler says: ${noPlace}$`),
  },
  'of one that does not come back while Skippers read from it': {
    given: aWorld()
      .atStep(100)
      .wishing({ mode: 'Exec' })
      .routeServer({ readyReplicas: 0, answers: false, probeFailure: 'refused', trouble: kubelet }),
    reason: 'RouteServerNotReady',
    message: new RegExp(`^the route server does not answer: refused; ${kubelet}$`),
  },
  'of a Skipper of the step that does not start': {
    given: aWorld()
      .atStep(10)
      .wishing({ mode: 'Exec', percentage: 10, steps: [10] })
      .soaked({ step: 10, sinceMs: T0 - minutes(1) })
      .beside('fed', { step: 10, rolledOut: false, ready: 0, broken: kubelet }),
    reason: 'CanaryNotReady',
    message: new RegExp(`^0 of 1 Skipper of the step .*; ${kubelet}$`),
  },
  'of a Skipper of the fleet itself': {
    given: aWorld().shadowing().wishing({ mode: 'Exec' }).fleet({ rolledOut: false, broken: kubelet }),
    reason: 'SkippersRollingOut',
    message: new RegExp(`^the Skipper Deployment is still rolling out; ${kubelet}$`),
  },
};

describe('what is waited for, and who knows why it does not come, is told', () => {
  for (const [name, { given, reason, message }] of Object.entries(told)) {
    test(name, () => {
      const { summary } = decide(given.seen, T0);
      assert.equal(summary.reason, reason);
      assert.match(summary.message, message);
    });
  }
});

test('a route server that is gone is told of with the words of the kubelet in the fallback as well', () => {
  const given = aWorld()
    .atStep(100)
    .wishing({ mode: 'Exec', fallback: { ...aWorld().seen.wish.fallback, enabled: true } })
    .routeServer({ readyReplicas: 0, answers: false, probeFailure: 'refused', trouble: kubelet });
  assert.match(decide(given.seen, T0).fallback.message, new RegExp(`no ready endpoint: refused; ${kubelet};`));
});

const at = (step: number, replicas: number) =>
  aWorld().atStep(step, replicas).wishing({ mode: 'Exec', percentage: step });
const lagging = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ pod: `p${index}`, sinceMs: T0, why: 'lacks 1 route' }));
const moved = (count: number) => ({ known: true, converged: count, lagging: [] });

const sentences: Readonly<Record<string, { readonly told: string; readonly says: RegExp }>> = {
  'one Skipper of several': {
    told: decide(at(1, 6).wishing({ steps: [1] }).seen, T0).summary.message,
    says: /^1 of 7 Skippers reads from the route server, as spec\.rolloutPercentage: 1 asks$/,
  },
  'several of them': {
    told: decide(at(75, 9).wishing({ steps: [75] }).seen, T0).summary.message,
    says: /^9 of 12 Skippers read from the route server, as spec\.rolloutPercentage: 75 asks$/,
  },
  'several, while those that are not needed any more end': {
    told: decide(
      at(75, 9)
        .wishing({ steps: [75] })
        .fleet({ pods: { total: 15, direct: 6, routeServer: 9 } }).seen,
      T0,
    ).summary.message,
    says: /^9 of 12 Skippers read from the route server, as spec\.rolloutPercentage: 75 asks; 3 others are ending$/,
  },
  'several, while one of them ends': {
    told: decide(
      at(75, 9)
        .wishing({ steps: [75] })
        .fleet({ pods: { total: 13, direct: 4, routeServer: 9 } }).seen,
      T0,
    ).summary.message,
    says: /asks; 1 other is ending$/,
  },
  'one that lags': {
    told: describeConvergence({ known: true, converged: 0, lagging: lagging(1) }),
    says: /^1 moved Skipper does not show the route server's table: p0 /,
  },
  'two that lag': {
    told: describeConvergence({ known: true, converged: 0, lagging: lagging(2) }),
    says: /^2 moved Skippers do not show /,
  },
  'one that converged': { told: describeConvergence(moved(1)), says: /^the one moved Skipper converged$/ },
  'several that converged': { told: describeConvergence(moved(3)), says: /^all 3 moved Skippers converged$/ },
  'a single request': {
    told: describeErrors({ known: true, moved: { requests: 1, errors: 1 }, direct: { requests: 2, errors: 0 } }),
    says: /^100\.00 % of 1 request ended in errors .*, 0\.00 % of 2 at direct ones$/,
  },
  'one that is still to go back': {
    told: fallingBack({ total: 3, direct: 2, routeServer: 1 }),
    says: /; 1 Skipper is still to go back$/,
  },
  'two that are still to go back': {
    told: fallingBack({ total: 3, direct: 1, routeServer: 2 }),
    says: /; 2 Skippers are still to go back$/,
  },
  'one beyond the budget of a fallback': {
    told: fallingBack({ total: 2, direct: 1, routeServer: 1 }, 1),
    says: /; 1 of 2 Skippers polls the Kubernetes API, 1 keeps its last known good table; /,
  },
  'several beyond it': {
    told: fallingBack({ total: 4, direct: 2, routeServer: 2 }, 1),
    says: /; 2 of 4 Skippers poll the Kubernetes API, 2 keep their last known good table; /,
  },
};

function fallingBack(pods: FleetSeen['pods'], maxDirectPollers = 180): string {
  const { seen } = aWorld()
    .atStep(100)
    .fleet({ pods })
    .wishing({ fallback: { ...aWorld().seen.wish.fallback, enabled: true, maxDirectPollers } })
    .failing({ fellBackMs: T0 });
  const { failure } = seen.remembered;
  assert.ok(failure);
  return describeFallback(seen, failure, T0).message;
}

describe('a message says in words that agree with the number, of', () => {
  for (const [name, { told: message, says }] of Object.entries(sentences)) {
    test(name, () => {
      assert.match(message, says);
    });
  }
});
