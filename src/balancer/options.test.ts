import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { testRefused, type Refused } from '../../test/support/options.ts';
import { Balancer } from './balancer.ts';
import type { BalancerOptions, HealthOptions, ZoneOptions } from './types.ts';

const made = (options: unknown): Balancer =>
  new Balancer({ now: () => 0, random: () => 0 }, options as BalancerOptions);
const health: HealthOptions = {
  periodMs: 1000,
  minRequests: 10,
  minDropProbability: 0,
  maxDropProbability: 0.95,
  maxUnhealthyEndpointsRatio: 0.5,
};
const zone: ZoneOptions = { own: 'a', mode: 'skipper' };
const bounded = { load: 'inflight', factor: 1.25 };

const refused: Refused<unknown> = [
  [{ algorithm: 'fastest' }, 'algorithm must be one of consistentHash, roundRobin'],
  [{ choices: 0 }, 'choices must be a whole number from 1, but is 0'],
  [{ choices: 2.5 }, 'choices must be a whole number from 1, but is 2.5'],
  [{ fadeIn: { mode: 'slow' } }, 'fadeIn.mode must be one of skipper, n-ring, but is slow'],
  [{ fadeIn: { mode: 'n-ring', durationMs: -1 } }, 'fadeIn.durationMs must be more than 0, but is -1'],
  [{ fadeIn: { mode: 'n-ring', durationMs: Infinity } }, 'fadeIn.durationMs must be a number that ends'],
  [{ fadeIn: { mode: 'n-ring', durationMs: '30s' } }, 'fadeIn.durationMs must be more than 0, but is 30s'],
  [{ fadeIn: { mode: 'skipper', exponent: 0 } }, 'fadeIn.exponent must be more than 0, but is 0'],
  [{ boundedLoad: { ...bounded, load: 'cpu' } }, 'boundedLoad.load must be one of inflight, occupancy, but is cpu'],
  [{ boundedLoad: { ...bounded, factor: 0.99 } }, 'boundedLoad.factor must be at least 1, but is 0.99'],
  [{ algorithm: 'random', boundedLoad: { ...bounded, factor: 0 } }, 'boundedLoad.factor must be at least 1'],
  [{ zone: { ...zone, mode: 'near' } }, 'zone.mode must be one of skipper, latency, but is near'],
  [{ zone: { ...zone, own: '' } }, 'zone.own must name the zone'],
  [{ zone: { ...zone, latencyFactor: 0.9 } }, 'zone.latencyFactor must be at least 1, but is 0.9'],
  [{ zone: { ...zone, mode: 'latency', rampMs: 0 } }, 'zone.rampMs must be more than 0, but is 0'],
  [{ health: { ...health, periodMs: Number.NaN } }, 'health.periodMs must be more than 0, but is NaN'],
  [{ health: { ...health, minRequests: -1 } }, 'health.minRequests must be a whole number from 0, but is -1'],
  [{ health: { ...health, minRequests: undefined } }, 'health.minRequests must be a whole number from 0'],
  [{ health: { ...health, minDropProbability: -0.1 } }, 'health.minDropProbability must be 0 to 1, but is -0.1'],
  [{ health: { ...health, maxDropProbability: '0.9' } }, 'health.maxDropProbability must be 0 to 1, but is 0.9'],
  [{ health: { ...health, maxUnhealthyEndpointsRatio: 2 } }, 'health.maxUnhealthyEndpointsRatio must be 0 to 1'],
  [
    { health: { ...health, minDropProbability: 0.95 } },
    'health.minDropProbability must be less than maxDropProbability, which is 0.95, but is 0.95',
  ],
];

suite('options of a balancer', () => {
  testRefused(made, refused);

  test('at the ends of what is allowed are taken', () => {
    const ends: readonly BalancerOptions[] = [
      {},
      { choices: 1, fadeIn: { mode: 'skipper', durationMs: 1, exponent: 0.1 } },
      {
        boundedLoad: { load: 'occupancy', factor: 1 },
        zone: { own: 'a', mode: 'latency', latencyFactor: 1, rampMs: 1 },
      },
      { health: { ...health, minRequests: 0, maxDropProbability: 1, maxUnhealthyEndpointsRatio: 0 } },
    ];
    for (const options of ends) assert.ok(made(options));
  });
});
