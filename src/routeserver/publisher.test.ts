import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from '../eskip/index.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { Publisher } from './publisher.ts';
import type { PublicationOutcome } from './publisher.ts';
import { bytesOf, chunksOf } from './snapshot/chunks.test-support.ts';

const shunt = (id: string): Route => ({ id, predicates: [], filters: [], backend: { type: 'shunt' } });

function aPublisher() {
  const clock = new ManualClock();
  const outcomes: PublicationOutcome[] = [];
  let waiting: (() => void) | undefined;
  const seen = { routes: [shunt('a')] as readonly Route[] | undefined, error: undefined as Error | undefined };
  const publisher = new Publisher({
    clock,
    intervalMs: 1_000,
    compile: () => {
      if (seen.error !== undefined) return Promise.reject(seen.error);
      return Promise.resolve(seen.routes && chunksOf(seen.routes));
    },
    report: (outcome) => {
      outcomes.push(outcome);
      waiting?.();
    },
  });
  /** Compression runs beside the clock: turns its hands by `ms`, then waits for the outcomes that must come. */
  const after = async (ms: number, total: number): Promise<readonly PublicationOutcome[]> => {
    await clock.advance(ms);
    while (outcomes.length < total) {
      await new Promise<void>((resolve) => {
        waiting = resolve;
      });
    }
    await clock.advance(0);
    return outcomes;
  };
  const idsNow = () => publisher.current && bytesOf(publisher.current.table.identity.body).toString();
  return { clock, publisher, seen, after, idsNow, outcomes };
}

test('the first change is published at once', async () => {
  const { publisher, after, idsNow } = aPublisher();
  publisher.changed();
  assert.deepEqual(await after(0, 1), ['published']);
  assert.equal(idsNow(), 'a: * -> <shunt>;');
});

test('a stream of changes is published once per interval, and the last change is in it', async () => {
  const { clock, publisher, seen, after, idsNow } = aPublisher();
  publisher.changed();
  await after(0, 1);
  for (const id of ['b', 'c', 'd']) {
    await clock.advance(200);
    seen.routes = [shunt(id)];
    publisher.changed();
  }
  await clock.advance(399);
  assert.equal(idsNow(), 'a: * -> <shunt>;', 'not before the interval is over');
  assert.deepEqual(await after(1, 2), ['published', 'published']);
  assert.equal(idsNow(), 'd: * -> <shunt>;');
});

test('after a quiet interval a change is published at once again', async () => {
  const { clock, publisher, seen, after } = aPublisher();
  publisher.changed();
  await after(0, 1);
  await clock.advance(1_000);
  seen.routes = [shunt('b')];
  publisher.changed();
  assert.deepEqual(await after(0, 2), ['published', 'published']);
});

test('equal bytes are not published again', async () => {
  const { publisher, after, clock } = aPublisher();
  publisher.changed();
  await after(0, 1);
  const first = publisher.current;
  await clock.advance(5_000);
  publisher.changed();
  assert.deepEqual(await after(0, 2), ['published', 'unchanged']);
  assert.equal(publisher.current, first);
});

const kept: Readonly<
  Record<string, readonly [(seen: ReturnType<typeof aPublisher>['seen']) => void, PublicationOutcome]>
> = {
  'an empty table': [
    (seen) => {
      seen.routes = [];
    },
    'empty',
  ],
  'a view that is not complete': [
    (seen) => {
      seen.routes = undefined;
    },
    'notReady',
  ],
  'a compiler that throws': [
    (seen) => {
      seen.error = new Error('a fault of ours');
    },
    'failed',
  ],
};
for (const [what, [happens, outcome]] of Object.entries(kept)) {
  test(`${what} leaves the last table in place`, async () => {
    const { clock, publisher, seen, after, idsNow } = aPublisher();
    publisher.changed();
    await after(0, 1);
    await clock.advance(1_000);
    happens(seen);
    publisher.changed();
    assert.deepEqual(await after(0, 2), ['published', outcome]);
    assert.equal(idsNow(), 'a: * -> <shunt>;');
  });
}

test('nothing is published after the stop, and no timer is left', async () => {
  const { clock, publisher, after, outcomes } = aPublisher();
  publisher.changed();
  await after(0, 1);
  publisher.changed();
  publisher.stop();
  await clock.advance(10_000);
  assert.deepEqual([outcomes.length, clock.pendingTimers], [1, 0]);
});
