import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ServerResponse } from 'node:http';
import { SupportListeners } from '../shadow/support-listeners.test-support.ts';
import { RequestCounter } from './request-counter.ts';

const host = '10.1.0.1';
const address = { pod: 'skipper', host, port: 9911 };
let skippers: SupportListeners;
beforeEach(async () => {
  skippers = await SupportListeners.start();
});
afterEach(() => skippers.stop());

/** Answers as Skipper with `-metrics-flavour=codahale`: one metric at a time, 404 for what never happened. */
function codahale(metrics: Readonly<Record<string, object>>): (response: ServerResponse) => void {
  return (response) => {
    const key = skippers.requests.at(-1)?.split('/').at(-1) ?? '';
    const metric = metrics[key];
    if (metric === undefined) response.writeHead(404).end();
    else response.writeHead(200).end(JSON.stringify(metric));
  };
}
const lookups = { timers: { 'skipper.routelookup': { count: 120, mean: 3.5 } } };
const exposition = [
  '# HELP skipper_route_lookup_duration_seconds Duration in seconds of a route lookup.',
  '# TYPE skipper_route_lookup_duration_seconds histogram',
  'skipper_route_lookup_duration_seconds_bucket{le="+Inf"} 120',
  'skipper_route_lookup_duration_seconds_sum 0.5',
  'skipper_route_lookup_duration_seconds_count 120',
  'skipper_route_error_total 3',
  'skipper_backend_error_total{route="a"} 9',
  'skipper_backend_error_total{route="b{} 1"} 1',
  'skipper_backend_5xx_duration_seconds_count 4',
].join('\n');

interface CounterCase {
  readonly answers: (response: ServerResponse) => void;
  readonly want: { readonly requests: number; readonly errors: number } | undefined;
}
const cases: Readonly<Record<string, CounterCase>> = {
  'in the default flavour': {
    answers: codahale({
      'skipper.routelookup': lookups,
      'skipper.routefailure': { counters: { 'skipper.routefailure': { count: 3 } } },
      'skipper.all.backend.5xx': { timers: { 'skipper.all.backend.5xx': { count: 4 } } },
    }),
    want: { requests: 120, errors: 7 },
  },
  'in the default flavour, with backends that did not answer': {
    answers: codahale({
      'skipper.routelookup': lookups,
      'skipper.errors.backend.': {
        counters: { 'skipper.errors.backend.a': { count: 2 }, 'skipper.errors.backend.b': { count: 1 } },
      },
    }),
    want: { requests: 120, errors: 3 },
  },
  'in the default flavour, without an error so far': {
    answers: codahale({ 'skipper.routelookup': lookups }),
    want: { requests: 120, errors: 0 },
  },
  'in the flavour prometheus': {
    answers: (response) => response.writeHead(200).end(exposition),
    want: { requests: 120, errors: 17 },
  },
  'in the flavour prometheus under another prefix': {
    answers: (response) => response.writeHead(200).end(exposition.replaceAll('skipper_', 'edge_')),
    want: { requests: 120, errors: 17 },
  },
  'not from something else': { answers: (response) => response.writeHead(200).end('hello'), want: undefined },
  'not from JSON of something else': { answers: (response) => response.writeHead(200).end('{"a":1}'), want: undefined },
  'not from a broken answer': { answers: (response) => response.writeHead(200).end('{'), want: undefined },
  'not where there are no metrics': { answers: (response) => response.writeHead(404).end(), want: undefined },
  'not where the connection breaks': { answers: (response) => response.destroy(), want: undefined },
};
describe('requests and errors are read', () => {
  for (const [name, { answers, want }] of Object.entries(cases)) {
    test(name, async () => {
      skippers.misbehaviour.set(host, answers);
      assert.deepEqual(await new RequestCounter(skippers.dispatcher).count(address), want);
    });
  }
});
