import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { until } from '../../../test/harness/faulty-api/index.ts';
import { resolveTier, type RouteServerConfigStatus } from '../../api/index.ts';
import type { Phase } from '../../rollout/index.ts';
import { aWorld } from '../../rollout/builder.test-support.ts';
import { ManualClock } from '../../runtime/manual-clock.ts';
import { aConfig, aPod, directArgs, fedArgs, target, type PodShape } from '../builder.test-support.ts';
import { decodePod, type SeenPod } from '../decode.ts';
import type { Sighting } from '../observe.ts';
import { Comparator } from './comparator.ts';
import { ReadTimes } from './read-times.ts';
import { ShadowDesk } from './shadow-desk.ts';
import { SupportListeners } from './support-listeners.test-support.ts';
import { TableReader } from './table-reader.ts';

const T0 = Date.UTC(2026, 0, 31, 9);
const key = 'kube-system/ingress';
const table = 'a: Path("/a") -> "http://10.0.0.1";\n';
const comparator = new Comparator();
after(() => comparator.stop());

let clock: ManualClock;
let skippers: SupportListeners;
let desk: ShadowDesk;
let changed: string[];
beforeEach(async () => {
  clock = new ManualClock(T0);
  changed = [];
  skippers = await SupportListeners.start();
  const reader = new TableReader(skippers.dispatcher);
  desk = new ShadowDesk({ clock, times: new ReadTimes(clock), comparator, reader }, (of) => changed.push(of));
});
afterEach(async () => {
  desk.stop();
  await skippers.stop();
});

/** A ready Skipper at an address, whose table is there to be read. */
function skipperAt(ip: string, args: readonly string[], shape: PodShape & { readonly ready?: boolean } = {}): SeenPod {
  skippers.tables.set(ip, table);
  const conditions = [{ type: 'Ready', status: shape.ready === false ? 'False' : 'True' }];
  return decodePod(aPod(`skipper-${ip}`, { status: { podIP: ip, conditions }, ...shape, args }));
}

function sightingOf(
  pods: readonly SeenPod[],
  sentinelPods: readonly SeenPod[] = [],
  status?: RouteServerConfigStatus,
): Sighting {
  const config = aConfig({ shadow: { interval: '30s', samples: 5 } }, {}, status);
  return {
    config,
    pods,
    sentinelPods,
    routeServerPods: [],
    target,
    resolution: resolveTier(config.spec, undefined),
    observation: aWorld().seen,
    skipper: undefined,
    mounted: undefined,
    wanted: undefined,
    present: { routeServer: [], fedSentinel: [], directSentinel: [], fedCompanion: [], directCompanion: [] },
    settlement: undefined,
  };
}

async function looksOnce(seen: Sighting, phase: Phase = 'Shadowing'): Promise<void> {
  desk.follow(key, seen, phase);
  await until('the round ends', () => clock.pendingTimers > 0);
}

describe('what is compared', () => {
  test('are direct Skippers of the fleet with the fed sentinel', async () => {
    await looksOnce(sightingOf([skipperAt('10.0.0.1', directArgs)], [skipperAt('10.1.0.1', fedArgs)]));
    assert.equal(desk.settlementOf(key)?.verdict, 'InSync');
    assert.deepEqual(changed, [key]);
    assert.deepEqual(skippers.reads.toSorted(), ['10.0.0.1', '10.1.0.1']);
  });

  test('are moved Skippers with the direct sentinel', async () => {
    await looksOnce(sightingOf([skipperAt('10.1.0.1', fedArgs)], [skipperAt('10.0.0.1', directArgs)]), 'Moved');
    assert.equal(desk.settlementOf(key)?.verdict, 'InSync');
  });

  test('is no Skipper that is not ready, goes away, has no address, or reads from elsewhere', async () => {
    const passedOver = [
      skipperAt('10.0.0.2', directArgs, { ready: false }),
      skipperAt('10.0.0.3', directArgs, { deletionTimestamp: '2026-01-31T09:00:00Z' }),
      decodePod(aPod('skipper-4', { status: { conditions: [{ type: 'Ready', status: 'True' }] } })),
      skipperAt('10.0.0.5', ['skipper', '-routes-urls=http://elsewhere/routes']),
    ];
    await looksOnce(sightingOf([...passedOver, skipperAt('10.0.0.1', directArgs)], [skipperAt('10.1.0.1', fedArgs)]));
    assert.deepEqual(skippers.reads.toSorted(), ['10.0.0.1', '10.1.0.1']);
  });
});

const both = (): Sighting => sightingOf([skipperAt('10.0.0.1', directArgs)], [skipperAt('10.1.0.1', fedArgs)]);

describe('the desk', () => {
  for (const phase of ['Off', 'Removing', 'Starting'] as const) {
    test(`compares nothing in phase ${phase}`, () => {
      desk.follow(key, both(), phase);
      assert.equal(clock.pendingTimers, 0);
      assert.deepEqual(skippers.requests, []);
    });
  }

  for (const phase of ['Shadowing', 'Switching', 'Moved', 'Returning'] as const) {
    test(`compares in phase ${phase}`, async () => {
      await looksOnce(both(), phase);
      assert.equal(desk.settlementOf(key)?.verdict, 'InSync');
    });
  }

  test('keeps its verdict while the route server is away for a moment', async () => {
    await looksOnce(both());
    desk.follow(key, both(), 'Starting');
    assert.equal(desk.settlementOf(key)?.verdict, 'InSync');
    assert.equal(clock.pendingTimers, 1);
  });

  test('forgets its verdict when the route server goes', async () => {
    await looksOnce(both());
    desk.follow(key, both(), 'Removing');
    assert.equal(desk.settlementOf(key), undefined);
    assert.equal(clock.pendingTimers, 0);
  });

  test('keeps the verdicts of several configs apart', async () => {
    await looksOnce(both());
    assert.equal(desk.settlementOf('kube-system/other'), undefined);
    desk.forget('kube-system/other');
    assert.equal(desk.settlementOf(key)?.verdict, 'InSync');
  });

  test('goes on from the time that the status remembers', async () => {
    const status: RouteServerConfigStatus = { shadow: { verdict: 'InSync', since: '2026-01-31T08:00:00Z', checks: 3 } };
    const { pods, sentinelPods } = both();
    await looksOnce(sightingOf(pods, sentinelPods, status));
    const { sinceMs, checks } = desk.settlementOf(key) ?? {};
    assert.deepEqual({ sinceMs, checks }, { sinceMs: T0 - 3_600_000, checks: 4 });
  });

  test('compares nothing any more once it was stopped, whatever a pass under way still asks for', async () => {
    await looksOnce(both());
    desk.stop();
    desk.follow(key, both(), 'Shadowing');
    assert.equal(desk.settlementOf(key), undefined);
    assert.equal(clock.pendingTimers, 0);
  });
});
