/** How long an attempt took is told to whom it concerns: to a balancer that counts with it, and to subscribers. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { suite, test } from 'node:test';
import type { TestContext } from 'node:test';
import { request } from 'undici';
import { channelNames } from '../balancer-adapter/index.ts';
import type { AttemptEvent } from '../balancer-adapter/index.ts';
import { Balancer } from '../balancer/index.ts';
import type { BalancerOptions, Endpoint } from '../balancer/index.ts';
import { BalancedDispatcher } from './index.ts';
import { HandClock, startPods } from './pods.test-support.ts';

class NotingBalancer extends Balancer {
  readonly durations: number[] = [];

  override finish(endpoint: Endpoint, durationMs: number, failed = false): void {
    this.durations.push(durationMs);
    super.finish(endpoint, durationMs, failed);
  }
}

/** A request that takes 7 ms, by a balancer with these options. */
async function asked(t: TestContext, options: BalancerOptions): Promise<NotingBalancer> {
  const [pod] = await startPods(t, 'a');
  assert.ok(pod);
  const clock = new HandClock();
  pod.behaviour = (_request, response) => {
    clock.fire(7);
    response.end('a');
  };
  const balancer = new NotingBalancer({ now: () => clock.now(), random: () => 0.5 }, options);
  balancer.update([pod.endpoint]);
  const dispatcher = new BalancedDispatcher({ balancer, clock });
  t.after(() => dispatcher.destroy());
  await (await request(`${pod.endpoint.address}/`, { dispatcher })).body.dump();
  return balancer;
}

const counted: Readonly<Record<string, BalancerOptions>> = {
  'load by occupancy': { boundedLoad: { load: 'occupancy' } },
  'zones by latency': { zone: { own: 'north', mode: 'latency' } },
};
const notCounted: Readonly<Record<string, BalancerOptions>> = {
  'nothing set': {},
  'load in flight': { boundedLoad: { load: 'inflight' } },
  'zones as Skipper has them': { zone: { own: 'north', mode: 'skipper' } },
};

suite('how long an attempt took', () => {
  for (const [name, options] of Object.entries(counted)) {
    test(`is told to a balancer with ${name}`, async (t) => {
      const { usesDurations, durations } = await asked(t, options);
      assert.deepEqual({ usesDurations, durations }, { usesDurations: true, durations: [7] });
    });
  }

  for (const [name, options] of Object.entries(notCounted)) {
    test(`is told to subscribers, with ${name}`, async (t) => {
      const events: AttemptEvent[] = [];
      const note = (event: unknown): unknown => events.push(event as AttemptEvent);
      subscribe(channelNames.attempt, note);
      t.after(() => unsubscribe(channelNames.attempt, note));
      const balancer = await asked(t, options);
      assert.equal(balancer.usesDurations, false);
      assert.deepEqual(
        events.filter((event) => event.balancer === balancer).map(({ durationMs }) => durationMs),
        [7],
      );
    });
  }

  test('is nothing that anybody has to measure otherwise', async (t) => {
    const { usesDurations, durations } = await asked(t, {});
    assert.deepEqual({ usesDurations, durations }, { usesDurations: false, durations: [0] });
  });
});
