/** The store, its indexes, and what it says about own writes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { ExpectedVersions } from './expected-versions.ts';
import { SeenVersions } from './seen-versions.ts';
import { Store } from './store.ts';
import type { Stored } from './store.ts';

interface Pod {
  readonly app: string;
}

function stored(version: string, app = 'a', uid = 'u'): Stored<Pod> {
  return { object: { app }, resourceVersion: version, uid };
}

function silentStore(): Store<Pod> {
  return new Store<Pod>((error) => {
    throw error;
  });
}

describe('Store', () => {
  test('replace tells how the list differed, and tells listeners of differences only, when all is in place', () => {
    const store = silentStore();
    store.replace(
      new Map([
        ['same', stored('1')],
        ['changed', stored('2')],
        ['gone', stored('3')],
      ]),
      store.beginList(),
    );
    const heard: [string, number][] = [];
    store.subscribe((key) => heard.push([key, store.size]));
    const list = new Map([
      ['same', stored('1')],
      ['changed', stored('4')],
      ['new', stored('5')],
      ['new2', stored('6')],
    ]);
    assert.deepEqual(store.replace(list, store.beginList()), { added: 2, changed: 1, deleted: 1 });
    assert.deepEqual(heard, [
      ['changed', 4],
      ['new', 4],
      ['new2', 4],
      ['gone', 4],
    ]);
    assert.deepEqual(store.lists, { begun: 2, done: 2 });
  });

  test('takes the first list at once, into its indexes too', () => {
    const store = silentStore();
    const index = store.addIndex(({ app }) => [app]);
    const heard: [string, number][] = [];
    store.subscribe((key) => heard.push([key, store.size]));
    const list = new Map([
      ['a', stored('1', 'shop')],
      ['b', stored('2', 'shop')],
    ]);
    assert.deepEqual(store.replace(list, store.beginList()), { added: 2, changed: 0, deleted: 0 });
    assert.deepEqual(heard, [
      ['a', 2],
      ['b', 2],
    ]);
    assert.deepEqual(index.keys('shop'), ['a', 'b']);
    assert.deepEqual(store.lists, { begun: 1, done: 1 });
  });

  test('goes through its objects as a Map does', () => {
    const store = silentStore();
    store.set('a', stored('1', 'shop'));
    store.set('b', stored('2', 'pay'));
    const seen: [string, Pod][] = [];
    store.forEach((object, key) => seen.push([key, object]));
    assert.deepEqual(seen, [...store.entries()]);
  });

  test('remembers versions that were replaced or deleted, by equality alone', () => {
    const store = silentStore();
    store.set('a', stored('9'));
    store.set('a', stored('10'));
    store.delete('a');
    assert.deepEqual(
      ['9', '10', '11'].map((version) => store.hasSeen('a', version)),
      [true, true, false],
    );
    assert.equal(store.hasSeen('b', '9'), false);
  });

  test('a listener that throws keeps neither the change nor the others from being heard', () => {
    const errors: unknown[] = [];
    const store = new Store<Pod>((error) => errors.push(error));
    const heard: string[] = [];
    store.subscribe(() => {
      throw new Error('broken');
    });
    const stop = store.subscribe((key) => heard.push(key));
    store.set('a', stored('1'));
    stop();
    store.set('b', stored('1'));
    assert.deepEqual([heard, errors.length, store.size], [['a'], 2, 2]);
  });

  test('an index holds what is there when it is made and follows every change', () => {
    const store = silentStore();
    store.set('n/b', stored('1', 'web'));
    const byApp = store.addIndex(({ app }) => [app]);
    store.set('n/a', stored('1', 'web'));
    store.set('n/c', stored('1', 'db'));
    assert.deepEqual(byApp.keys('web'), ['n/a', 'n/b']);
    store.set('n/a', stored('2', 'db'));
    store.delete('n/b');
    assert.deepEqual([byApp.keys('web'), byApp.keys('db')], [[], ['n/a', 'n/c']]);
    assert.deepEqual(byApp.values('db'), [{ app: 'db' }, { app: 'db' }]);
  });

  test('after any sequence of changes an index agrees with a search through all objects', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const app = fc.constantFrom('x', 'y', 'z');
    const change = fc.oneof(
      fc.record({ set: key, app }),
      fc.record({ delete: key }),
      fc.record({ replace: fc.dictionary(key, app) }),
    );
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const store = silentStore();
        const index = store.addIndex((pod) => [pod.app]);
        let version = 0;
        for (const step of changes) {
          version += 1;
          if ('set' in step) store.set(step.set, stored(String(version), step.app));
          else if ('delete' in step) store.delete(step.delete);
          else {
            const list = Object.entries(step.replace).map(([k, a]) => [k, stored(String(version), a)] as const);
            store.replace(new Map(list), store.beginList());
          }
        }
        for (const value of ['x', 'y', 'z']) {
          const found = [...store.entries()].filter(([, pod]) => pod.app === value).map(([k]) => k);
          assert.deepEqual(index.keys(value), found.sort());
        }
      }),
    );
  });
});

describe('SeenVersions', () => {
  test('remembers at least as many as asked for, and no more than twice that', () => {
    const seen = new SeenVersions(10);
    for (let version = 0; version < 100; version += 1) seen.add('a', String(version));
    const remembered = Array.from({ length: 100 }, (_, version) => seen.has('a', String(version)));
    assert.deepEqual(remembered.slice(90), Array(10).fill(true));
    assert.ok(remembered.filter(Boolean).length <= 20);
  });
});

describe('ExpectedVersions', () => {
  function given(): { store: Store<Pod>; clock: ManualClock; expected: ExpectedVersions } {
    const [store, clock] = [silentStore(), new ManualClock()];
    store.replace(new Map([['n/a', stored('5')]]), store.beginList());
    return { store, clock, expected: new ExpectedVersions(store, clock) };
  }
  const written = { metadata: { namespace: 'n', name: 'a', resourceVersion: '7' } };

  const cases: Record<string, { when: (g: ReturnType<typeof given>) => void; stale: boolean }> = {
    'is stale while the store shows what was before our write': { when: () => undefined, stale: true },
    'is stale while the store shows a write of somebody else before ours': {
      when: ({ store }) => {
        store.set('n/a', stored('6'));
      },
      stale: true,
    },
    'is up to date when our write is seen': {
      when: ({ store }) => {
        store.set('n/a', stored('7'));
      },
      stale: false,
    },
    'is up to date when our write is seen and was replaced since': {
      when: ({ store }) => {
        store.set('n/a', stored('7'));
        store.set('n/a', stored('8'));
      },
      stale: false,
    },
    'is stale when a list that began before our write is put in place after it': {
      when: ({ store }) => {
        store.replace(new Map([['n/a', stored('6')]]), 1);
      },
      stale: true,
    },
    'is up to date when a list that began after our write is in place, whatever it shows': {
      when: ({ store }) => {
        store.replace(new Map([['n/a', stored('9')]]), store.beginList());
      },
      stale: false,
    },
    'gives up waiting in the end': {
      when: ({ clock }) => {
        clock.freezeFor(300_000);
      },
      stale: false,
    },
  };
  for (const [name, { when, stale }] of Object.entries(cases)) {
    test(name, () => {
      const g = given();
      g.expected.expect(written);
      when(g);
      assert.equal(g.expected.isStale('n/a'), stale);
      assert.equal(g.expected.isStale('n/other'), false);
    });
  }

  test('is up to date when our write was seen before its answer came', () => {
    const { store, expected } = given();
    store.set('n/a', stored('7'));
    store.set('n/a', stored('8'));
    expected.expect(written);
    assert.equal(expected.isStale('n/a'), false);
  });

  test('a deletion is seen when the object is gone, or is another of the same name', () => {
    const { store, expected } = given();
    expected.expectGone('n/a', 'u');
    assert.equal(expected.isStale('n/a'), true);
    store.set('n/a', stored('9', 'a', 'another'));
    assert.equal(expected.isStale('n/a'), false);
  });
});
