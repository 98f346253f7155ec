import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '../../runtime/index.ts';
import { createLogger, createMetrics } from '../../telemetry/index.ts';
import type { Metrics } from '../../telemetry/index.ts';
import { AdaptiveSource } from './adaptive-source.ts';
import { PollSource } from './poll-source.ts';
import type { Changes, Source } from './changes.ts';
import { WatchSource } from './watch-source.ts';
import type { SourceOptions } from './watch-source.ts';
import { paths, WatchableApi } from './watchable-api.test-support.ts';

const kinds = ['ingresses', 'routeGroups', 'services', 'endpointSlices'] as const;
const service = { spec: { ports: [{ name: 'web', port: 80 }] } };
const variants = {
  watch: (options: SourceOptions): Source => new WatchSource(options),
  poll: (options: SourceOptions): Source => new PollSource(options),
  adaptive: (options: SourceOptions): Source =>
    new AdaptiveSource({ ...options, watching: () => new WatchSource(options), polling: new PollSource(options) }),
};

/** What the changes so far come to. */
interface View extends Pick<Changes, 'undecodable'> {
  /** Keys by kind. */
  readonly keys: (kind: Changes['kinds'][number]) => readonly string[];
}

/** Adds up changes; undefined before the first ones. */
function viewer(source: Source): () => View | undefined {
  const present = new Map<string, string>();
  let view: View | undefined;
  return () => {
    const changes = source.takeChanges();
    if (changes === undefined) return view;
    if (changes.isWhole) present.clear();
    for (const { kind, key, object } of changes.objects) {
      if (object === undefined) present.delete(`${kind} ${key}`);
      else present.set(`${kind} ${key}`, kind);
    }
    const keys = (wanted: string) => [...present].filter(([, kind]) => kind === wanted).map(([key]) => key);
    view = { keys, undecodable: changes.undecodable };
    return view;
  };
}

interface Running {
  readonly source: Source;
  readonly view: () => View | undefined;
  readonly metrics: Metrics;
  readonly logged: readonly string[];
  /** Waits until something with `text` was logged. */
  readonly said: (text: string) => Promise<void>;
  /** Waits until the view is as wanted; looks again whenever the source says that something changed. */
  readonly until: (isWanted: (view: View | undefined) => boolean) => Promise<void>;
}

async function running(
  t: TestContext,
  api: WatchableApi,
  variant: keyof typeof variants,
  relistIntervalMs = 60_000,
): Promise<Running> {
  const logged: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'info',
    destination: { write: (line: string) => logged.push(line) },
  });
  const metrics = createMetrics({ process: false });
  const { client } = await api.listen();
  const settings = {
    client,
    clock: systemClock,
    log,
    metrics,
    kinds,
    namespace: '',
    pollIntervalMs: 10,
    relistIntervalMs,
  };
  const source = variants[variant](settings);
  const view = viewer(source);
  let look = (): void => undefined;
  source.start(() => {
    look();
  });
  t.after(async () => {
    await source.stop();
    api.close();
  });
  const until = (isWanted: (view: View | undefined) => boolean): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (isWanted(view())) resolve();
      };
      look();
    });
  const said = (text: string): Promise<void> =>
    t.waitFor(
      () => {
        assert.ok(logged.some((line) => line.includes(text)));
      },
      { timeout: 60_000 },
    );
  return { source, view, metrics, logged, said, until };
}

const namesOf = (view: View | undefined): readonly string[] =>
  (view?.keys('services') ?? []).map((key) => key.split('/').at(-1) ?? '').toSorted();

for (const variant of ['watch', 'poll', 'adaptive'] as const) {
  describe(`the ${variant} source`, () => {
    test('gives a view when every kind was listed', async (t) => {
      const api = new WatchableApi(...kinds);
      api.put('services', 'a', service);
      const { source, view, until } = await running(t, api, variant);
      assert.deepEqual([view(), source.ageMs()], [undefined, undefined]);
      await until((seen) => seen !== undefined);
      assert.deepEqual(namesOf(view()), ['a']);
      assert.ok((source.ageMs() ?? -1) >= 0);
    });

    test('gives no view while one kind cannot be listed, and gives one when it can', async (t) => {
      const api = new WatchableApi(...kinds);
      api.fail('endpointSlices', 500);
      const { view, until } = await running(t, api, variant);
      await api.answered(paths.endpointSlices, 2);
      assert.equal(view(), undefined);
      api.fail('endpointSlices', 200);
      await until((seen) => seen !== undefined);
    });

    test('follows changes', async (t) => {
      const api = new WatchableApi(...kinds);
      const { until } = await running(t, api, variant);
      await until((seen) => seen !== undefined);
      api.put('services', 'b', service);
      await until((seen) => namesOf(seen).includes('b'));
    });

    test('does without RouteGroups until they come, and says so once', async (t) => {
      const api = new WatchableApi('ingresses', 'services', 'endpointSlices');
      const { source, until, logged } = await running(t, api, variant, 20);
      await until((seen) => seen !== undefined);
      assert.equal(source.states().find(({ kind }) => kind === 'routeGroups')?.state, 'absent');
      assert.ok((source.ageMs() ?? -1) >= 0, 'the data of the others has an age');
      const isListed = source.listedFromNow();
      await t.waitFor(
        () => {
          assert.ok(isListed(), 'nobody waits for its list');
        },
        { timeout: 60_000 },
      );
      await api.answered(paths.routeGroups, 3);
      api.add('routeGroups');
      api.put('routeGroups', 'rg', { spec: {} });
      await until((seen) => seen?.keys('routeGroups').length === 1);
      assert.equal(logged.filter((line) => line.includes('does not have this kind')).length, 1);
    });

    test('waits for RouteGroups when it may not see them: that is not the same as none', async (t) => {
      const api = new WatchableApi(...kinds);
      api.fail('routeGroups', 403);
      const { view, until } = await running(t, api, variant);
      await api.answered(paths.routeGroups, 3);
      assert.equal(view(), undefined);
      api.fail('routeGroups', 200);
      await until((seen) => seen !== undefined);
    });

    test('hands an object that cannot be read on as a problem, with the others in place', async (t) => {
      const api = new WatchableApi(...kinds);
      api.put('services', 'good', service);
      api.put('services', 'bad', { spec: { ports: 'eighty' } });
      const { view, until } = await running(t, api, variant);
      await until((seen) => seen !== undefined);
      assert.deepEqual(namesOf(view()), ['good']);
      assert.deepEqual(
        view()?.undecodable.map(({ object, field }) => [object.name, field]),
        [['bad', 'spec.ports']],
      );
    });

    test('keeps the last view when the API server fails', async (t) => {
      const api = new WatchableApi(...kinds);
      api.put('services', 'a', service);
      const { view, until } = await running(t, api, variant);
      await until((seen) => seen !== undefined);
      api.fail('services', 503);
      api.close();
      assert.deepEqual(namesOf(view()), ['a']);
    });
  });
}

test('a round of polling that failed is counted under the original’s name', async (t) => {
  const api = new WatchableApi(...kinds);
  api.fail('services', 500);
  const { metrics } = await running(t, api, 'poll');
  await api.answered(paths.services, 2);
  assert.match(await metrics.render(), /custom_total\{key="routes\.fetch_errors"\} [1-9]/);
});

describe('where watches are not offered', () => {
  const answers = { 'refuses them': 404, 'answers them with a list': 200 } as const;
  for (const [what, status] of Object.entries(answers)) {
    test(`by a server that ${what}, everything is listed again and again`, async (t) => {
      const api = new WatchableApi(...kinds);
      api.answerWatchesWith(status);
      const { until, logged } = await running(t, api, 'adaptive');
      await until((seen) => seen !== undefined);
      api.put('services', 'b', service);
      await until((seen) => namesOf(seen).includes('b'));
      assert.equal(logged.filter((line) => line.includes('offers no watches')).length, 1);
    });
  }

  test('by a server whose lists have no version, everything is listed again and again', async (t) => {
    const api = new WatchableApi(...kinds);
    api.hideVersions();
    const { until } = await running(t, api, 'adaptive');
    await until((seen) => seen !== undefined);
    api.put('services', 'b', service);
    await until((seen) => namesOf(seen).includes('b'));
  });

  test('by a proxy that ends them at once, everything is listed again and again', async (t) => {
    const api = new WatchableApi(...kinds);
    api.endWatchesAtOnce();
    const { until, said } = await running(t, api, 'adaptive');
    await until((seen) => seen !== undefined);
    await said('offers no watches');
    api.put('services', 'b', service);
    await until((seen) => namesOf(seen).includes('b'));
  });

  test('who waits for a new list gets it from the source that took over, in both directions', async (t) => {
    const api = new WatchableApi(...kinds);
    api.endWatchesAtOnce();
    const { source, until, said } = await running(t, api, 'adaptive', 2_000);
    const beforePolling = source.listedFromNow();
    await until((seen) => seen !== undefined);
    assert.equal(beforePolling(), false, 'the first list began before');
    await said('offers no watches');
    const beforeWatching = source.listedFromNow();
    assert.equal(beforeWatching(), false);
    api.offerWatches();
    await said('offers watches after all');
    const waiting = { timeout: 60_000 };
    for (const isListed of [beforePolling, beforeWatching, source.listedFromNow()]) {
      await t.waitFor(() => {
        assert.ok(isListed());
      }, waiting);
    }
  });

  test('until they are after all: then changes are followed by a watch, and nothing is lost in between', async (t) => {
    const api = new WatchableApi(...kinds);
    api.answerWatchesWith(200);
    const { until, logged } = await running(t, api, 'adaptive');
    await until((seen) => seen !== undefined);
    await api.answered(paths.services, 3);
    api.put('services', 'b', service);
    api.offerWatches();
    while (!logged.some((line) => line.includes('offers watches after all'))) {
      api.put('services', 'c', service);
      await api.answered(paths.ingresses, api.count(paths.ingresses) + 1);
    }
    await until((seen) => namesOf(seen).length === 2);
    while (api.watchersOf('services') === 0) await api.answered(paths.services, api.count(paths.services) + 1);
    api.put('services', 'd', service);
    await until((seen) => namesOf(seen).join(' ') === 'b c d');
  });
});
