import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFlagArgs } from '../api/index.ts';
import { hiddenErrors } from './error-counts.ts';

const cases: Readonly<Record<string, { args: readonly string[]; flags: readonly string[] }>> = {
  'nothing by default': { args: [], flags: [] },
  'nothing in the flavour prometheus': { args: ['-metrics-flavour=prometheus'], flags: [] },
  'nothing with the older flag for prometheus': { args: ['-enable-prometheus-metrics'], flags: [] },
  'what backends did not answer, without the compatibility of metrics': {
    args: ['-disable-metrics-compat'],
    flags: ['disable-metrics-compat'],
  },
  'the same where both flavours are there': {
    args: ['-metrics-flavour=codahale,prometheus', '-disable-metrics-compat'],
    flags: ['disable-metrics-compat'],
  },
  'nothing when the counters are asked for': {
    args: ['-disable-metrics-compat', '-route-backend-error-counters'],
    flags: [],
  },
  'nothing when the compatibility is switched on in words': { args: ['-disable-metrics-compat=false'], flags: [] },
  'nothing of it in the flavour prometheus': {
    args: ['-metrics-flavour=prometheus', '-disable-metrics-compat', '-metrics-prefix=edge.'],
    flags: [],
  },
  'everything under another prefix': { args: ['-metrics-prefix', 'edge.'], flags: ['metrics-prefix'] },
  'everything in the flavour otel': { args: ['-metrics-flavour=otel'], flags: ['metrics-flavour'] },
  'nothing beside otel': { args: ['-metrics-flavour=otel,prometheus'], flags: [] },
};

for (const [name, { args, flags }] of Object.entries(cases)) {
  test(`Skipper's metrics hide ${name}`, () => {
    assert.deepEqual(
      hiddenErrors(parseFlagArgs(args)).map(({ flag }) => flag),
      flags,
    );
  });
}
