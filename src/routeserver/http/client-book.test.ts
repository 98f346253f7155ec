import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../runtime/manual-clock.ts';
import { createMetrics } from '../../telemetry/index.ts';
import { ClientBook } from './client-book.ts';

function aBook(capacity?: number) {
  const clock = new ManualClock();
  const metrics = createMetrics({ process: false });
  const book = new ClientBook({ clock, metrics, ...(capacity === undefined ? {} : { capacity }) });
  const publish = (version: string) => {
    book.published(version);
    return { etag: `"${version}+gzip"`, publishedAtMs: clock.now(), version };
  };
  const polled = (key: string, asked?: string) => {
    book.polled(key, { address: key, userAgent: 'skipper', url: '/routes' }, asked);
  };
  const told = () => book.list().map(({ userAgent: _agent, url: _url, ...rest }) => rest);
  return { clock, metrics, book, publish, polled, told };
}

test('a client that was served the newest version is current, and its version grows older', async () => {
  const { clock, book, publish, polled, told } = aBook();
  const one = publish('1');
  polled('a');
  book.holds('a', one);
  await clock.advance(4_000);
  assert.deepEqual(told(), [
    { address: 'a', etag: '"1+gzip"', etagAgeSeconds: 4, lastSeenSecondsAgo: 4, current: true, behindSeconds: 0 },
  ]);
});

test('a client that does not come for the next version is behind from its publication on', async () => {
  const { clock, book, publish, polled, told } = aBook();
  const one = publish('1');
  polled('a');
  book.holds('a', one);
  await clock.advance(10_000);
  publish('2');
  await clock.advance(2_000);
  publish('3');
  await clock.advance(5_000);
  assert.deepEqual(told(), [
    { address: 'a', etag: '"1+gzip"', etagAgeSeconds: 17, lastSeenSecondsAgo: 17, current: false, behindSeconds: 7 },
  ]);
});

test('a client that polls and gets it is current again', async () => {
  const { clock, book, publish, polled, told } = aBook();
  const one = publish('1');
  polled('a');
  book.holds('a', one);
  const two = publish('2');
  await clock.advance(3_000);
  polled('a', one.etag);
  assert.equal(told()[0]?.behindSeconds, 3, 'while the body is on its way');
  book.holds('a', two);
  assert.deepEqual([told()[0]?.current, told()[0]?.behindSeconds], [true, 0]);
});

test('a body that was overtaken by a publication leaves its client behind', async () => {
  const { clock, book, publish, polled, told } = aBook();
  const one = publish('1');
  polled('a');
  publish('2');
  book.holds('a', one);
  await clock.advance(1_000);
  assert.deepEqual([told()[0]?.current, told()[0]?.behindSeconds], [false, 1]);
});

test('of a client that comes with a tag from elsewhere, or whose transfer broke, nothing is known', () => {
  const { book, publish, polled, told } = aBook();
  const one = publish('1');
  polled('a', '"elsewhere"');
  polled('b');
  book.holds('b', one);
  book.lost('b');
  polled('c');
  book.holds('c', one);
  polled('c', '"elsewhere"');
  const unknown = { etagAgeSeconds: null, lastSeenSecondsAgo: 0, current: false, behindSeconds: null };
  assert.deepEqual(told(), [
    { address: 'a', etag: '"elsewhere"', ...unknown },
    { address: 'b', etag: '"1+gzip"', ...unknown },
    { address: 'c', etag: '"elsewhere"', ...unknown },
  ]);
});

test('who was silent for five minutes is forgotten, and so is the one silent longest when there are too many', async () => {
  const { clock, polled, told } = aBook(2);
  polled('a');
  await clock.advance(299_000);
  polled('b');
  assert.deepEqual(
    told().map(({ address }) => address),
    ['a', 'b'],
  );
  await clock.advance(1_000);
  assert.deepEqual(
    told().map(({ address }) => address),
    ['b'],
  );
  polled('c');
  polled('b');
  polled('d');
  assert.deepEqual(
    told().map(({ address }) => address),
    ['b', 'd'],
  );
});

test('the metric counts clients in six classes, however many there are', async () => {
  const { clock, metrics, book, publish, polled } = aBook();
  const one = publish('1');
  polled('old');
  book.holds('old', one);
  const two = publish('2');
  await clock.advance(30_000);
  for (const key of ['a', 'b']) {
    polled(key);
    book.holds(key, two);
  }
  polled('new', '"elsewhere"');
  const lines = (await metrics.render()).split('\n').filter((line) => line.startsWith('clients{'));
  assert.deepEqual(lines, [
    'clients{behind="none"} 2',
    'clients{behind="10s"} 0',
    'clients{behind="1m"} 1',
    'clients{behind="10m"} 0',
    'clients{behind="longer"} 0',
    'clients{behind="unknown"} 1',
  ]);
});
