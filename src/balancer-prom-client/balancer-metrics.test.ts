import assert from 'node:assert/strict';
import { hasSubscribers } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { channelNames, channels } from '../balancer-adapter/index.ts';
import type { AttemptEvent, FallbackEvent, PickEvent, ProblemEvent } from '../balancer-adapter/index.ts';
import { Balancer } from '../balancer/index.ts';
import type { Endpoint } from '../balancer/index.ts';
import { BalancerMetrics } from './index.ts';

function aBalancer(): { balancer: Balancer; first: Endpoint } {
  const balancer = new Balancer({ now: () => 0, random: () => 0.5 });
  balancer.update([
    { address: 'http://10.2.0.1:8080', pod: 'a', zone: 'north' },
    { address: 'http://10.2.0.2:8080', pod: 'b', zone: 'south' },
  ]);
  const [first] = balancer.endpoints;
  assert.ok(first);
  return { balancer, first };
}

function publish(balancer: Balancer, endpoint: Endpoint): void {
  channels.pick.publish({ balancer, endpoint, outcome: 'overloaded', passed: 2 } satisfies PickEvent);
  const attempt = { balancer, endpoint, attempt: 1, durationMs: 7, outcome: 'answered' } satisfies AttemptEvent;
  channels.attempt.publish(attempt);
  channels.fallback.publish({ balancer, reason: 'timeout' } satisfies FallbackEvent);
}

test('counts picks, attempts and fallbacks of its own balancer, and problems of the process', async () => {
  const registry = new Registry();
  const { balancer, first } = aBalancer();
  const other = aBalancer();
  const metrics = new BalancerMetrics({ balancer, registry, ownZone: 'north' });
  publish(balancer, first);
  publish(other.balancer, other.first);
  channels.problem.publish({ source: 'toggles', error: new Error('broken') } satisfies ProblemEvent);
  const text = await registry.metrics();
  metrics.close();
  for (const line of [
    'routesrv_balancer_picks_total{outcome="overloaded"} 1',
    'routesrv_balancer_walk_length_sum 2',
    'routesrv_balancer_walk_length_count 1',
    'routesrv_balancer_attempts_total{outcome="answered",zone="own"} 1',
    'routesrv_balancer_attempt_seconds_sum{outcome="answered"} 0.007',
    'routesrv_balancer_fallbacks_total{reason="timeout"} 1',
    'routesrv_balancer_problems_total{source="toggles"} 1',
    'routesrv_balancer_endpoints 2',
    'routesrv_balancer_fades 0',
    'routesrv_balancer_local_share 0',
  ])
    assert.ok(text.split('\n').includes(line), `${line} is missing in\n${text}`);
});

test('shows the load of each endpoint that is in use', async () => {
  const registry = new Registry();
  const { balancer, first } = aBalancer();
  const metrics = new BalancerMetrics({ balancer, registry, prefix: 'search_' });
  balancer.begin(first);
  assert.match(
    await registry.metrics(),
    /search_endpoint_load\{endpoint="http:\/\/10\.2\.0\.1:8080",pod="a",zone="north"\} 1\n/,
  );
  balancer.update([{ address: 'http://10.2.0.2:8080' }]);
  assert.doesNotMatch(await registry.metrics(), /10\.2\.0\.1/);
  metrics.close();
});

test('leaves neither a metric nor a subscriber behind', async () => {
  const registry = new Registry();
  const { balancer } = aBalancer();
  new BalancerMetrics({ balancer, registry }).close();
  assert.equal((await registry.metrics()).trim(), '');
  for (const name of Object.values(channelNames)) assert.equal(hasSubscribers(name), false, name);
});
