/** A tally reads as prom-client's histogram of the same measurements does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { createMetrics } from './metrics.ts';

const buckets = [0.005, 0.01, 0.25, 1, 10];
const help = 'Time of an answer.';

/** What is read of a histogram, of prom-client's and of ours. */
async function bothTexts(labels: Readonly<Record<string, string>>, values: readonly number[]) {
  const [theirs, ours] = [
    createMetrics({ process: false, prefix: 'a_' }),
    createMetrics({ process: false, prefix: 'a_' }),
  ];
  const histogram = theirs.histogram({ name: 'seconds', help, buckets, labels: Object.keys(labels) });
  const tally = ours.tally(buckets, [{ name: 'seconds', help, labels }]);
  for (const value of values) {
    histogram.observe(labels, value);
    tally.observe(value);
  }
  return { theirs: await theirs.render(), ours: await ours.render() };
}

const labelled = { 'no labels': {}, labels: { host: '', route: 'routersv' } };
for (const [name, labels] of Object.entries(labelled)) {
  test(`a tally with ${name} has the text of prom-client’s histogram`, async () => {
    const value = fc.oneof(fc.constantFrom(...buckets, 0), fc.double({ min: 0, max: 20, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(fc.array(value), async (values) => {
        const { theirs, ours } = await bothTexts(labels, values);
        assert.deepEqual(ours.trim().split('\n'), theirs.trim().split('\n'));
      }),
    );
  });
}

test('one tally shows under several names, behind the other metrics', async () => {
  const metrics = createMetrics({ process: false });
  metrics.counter({ name: 'polls_total', help: 'Polls.' });
  const names = ['first_seconds', 'second_seconds'];
  metrics
    .tally(
      [1],
      names.map((name) => ({ name, help, labels: {} })),
    )
    .observe(2);
  const text = await metrics.render();
  assert.ok(text.endsWith('\n') && !text.includes('\n\n\n'));
  const counted = text.split('\n').filter((line) => /_count |polls_total \d/.test(line));
  assert.deepEqual(counted, ['polls_total 0', 'first_seconds_count 1', 'second_seconds_count 1']);
});

test('what is counted by the way is put in whenever the metrics are read', async () => {
  const metrics = createMetrics({ process: false });
  const counter = metrics.counter({ name: 'polls_total', help: 'Polls.' });
  metrics.beforeRender(() => {
    counter.inc(2);
  });
  assert.match(await metrics.render(), /^polls_total 2$/m);
  assert.match(await metrics.render(), /^polls_total 4$/m);
});
