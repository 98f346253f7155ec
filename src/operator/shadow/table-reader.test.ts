import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { SupportListeners, type Misbehaviour } from './support-listeners.test-support.ts';
import { isSameTable, TableReader, TableUnreadable, type TableGlance } from './table-reader.ts';

const host = '10.2.0.7';
const table = 'a: Path("/a") -> "http://10.0.0.1";\nb: Path("/b") -> "http://10.0.0.2";\n';

let skippers: SupportListeners;
beforeEach(async () => {
  skippers = await SupportListeners.start();
  skippers.tables.set(host, table);
});
afterEach(() => skippers.stop());

const glance: TableGlance = { count: 19, rejected: 2, madeAtSeconds: 1_000, toldAtSeconds: 1_002 };
const read = (timeoutMs?: number, signal = new AbortController().signal) =>
  new TableReader(skippers.dispatcher, timeoutMs).read(skippers.at(host), glance, signal);

/** The error of a reading that must fail, as the message that ends up in a condition. */
async function complaint(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof TableUnreadable, `it was read, or failed as ${String(error)}`);
  return error.message;
}

describe('a table', () => {
  test('is read as bytes, with the counts that Skipper names', async () => {
    const { eskip, count, rejected } = await read();
    assert.equal(new TextDecoder().decode(eskip), table);
    assert.deepEqual({ count, rejected }, { count: 2, rejected: glance.rejected });
  });

  test('is asked for whole and unformatted, in one request', async () => {
    await read();
    assert.deepEqual(skippers.requests, ['GET 10.2.0.7:9911 /routes?limit=10000000&nopretty']);
  });

  test('is told of in two requests without a body', async () => {
    skippers.rejected.set(host, 3);
    skippers.madeAtSeconds.set(host, 1_000);
    const told = await new TableReader(skippers.dispatcher).glance(skippers.at(host), new AbortController().signal);
    assert.deepEqual({ ...told, toldAtSeconds: 0 }, { count: 2, rejected: 3, madeAtSeconds: 1_000, toldAtSeconds: 0 });
    assert.deepEqual(skippers.requests, ['HEAD 10.2.0.7:9911 /routes', 'HEAD 10.2.0.7:9911 /routes?invalid=true']);
  });

  test('of no routes is a table', async () => {
    skippers.tables.set(host, '');
    const { eskip, count } = await read();
    assert.deepEqual({ bytes: eskip.byteLength, count }, { bytes: 0, count: 0 });
  });

  test('is read from an IPv6 address', async () => {
    skippers.tables.set('[fd00::7]', table);
    const { count } = await new TableReader(skippers.dispatcher).read(
      skippers.at('fd00::7'),
      glance,
      new AbortController().signal,
    );
    assert.equal(count, 2);
    assert.match(skippers.requests[0] ?? '', /^GET \[fd00::7\]:9911 /);
  });
});

describe('what a Skipper rejected', () => {
  const list = [{ id: 'c', error: 'unknown_filter: filter "x" not found' }];
  const listed = () =>
    new TableReader(skippers.dispatcher).listRejected(skippers.at(host), new AbortController().signal);

  test('is listed with its number', async () => {
    skippers.rejectedList.set(host, list);
    assert.deepEqual(await listed(), { count: 1, listing: JSON.stringify(list) });
    assert.deepEqual(skippers.requests, ['GET 10.2.0.7:9911 /routes?invalid=true&limit=5000']);
  });

  test('is only counted when it is more than is listed', async () => {
    skippers.rejectedList.set(host, list);
    skippers.rejected.set(host, 5_001);
    assert.deepEqual(await listed(), { count: 5_001 });
  });
});

const misbehaviours: Readonly<Record<string, { misbehave: Misbehaviour; says: RegExp }>> = {
  'answers with an error': {
    misbehave: (response) => response.writeHead(503, { 'x-count': 2 }).end(table),
    says: /^Skipper skipper-10\.2\.0\.7 answered 503 on its support port 9911$/,
  },
  'does not say how many routes there are': {
    misbehave: (response) => response.end(table),
    says: /answered 200 on its support port/,
  },
  'says something else than a number of routes': {
    misbehave: (response) => response.writeHead(200, { 'x-count': 'many' }).end(table),
    says: /answered 200 on its support port/,
  },
  'breaks off in the middle of the table': {
    misbehave: (response) => {
      response.writeHead(200, { 'x-count': 2, 'content-length': table.length });
      response.write(table.slice(0, 40), () => response.destroy());
    },
    says: /^Skipper skipper-10\.2\.0\.7 did not answer on its support port 9911: /,
  },
  'hangs up': { misbehave: (response) => response.destroy(), says: /did not answer on its support port 9911: / },
};

describe('no table is read from a Skipper that', () => {
  for (const [name, { misbehave, says }] of Object.entries(misbehaviours)) {
    test(name, async () => {
      skippers.misbehaviour.set(host, misbehave);
      assert.match(await complaint(read()), says);
    });
  }

  test('refuses the connection', async () => {
    await skippers.close();
    assert.match(await complaint(read()), /did not answer on its support port 9911: .*ECONNREFUSED/);
  });

  test('never answers', async () => {
    skippers.misbehaviour.set(host, () => undefined);
    assert.match(await complaint(read(50)), /did not answer on its support port 9911: .*Timeout/i);
  });

  test('begins a table and never ends it', async () => {
    skippers.misbehaviour.set(host, (response) => response.writeHead(200, { 'x-count': 2 }).write('a'));
    assert.match(await complaint(read(50)), /did not answer on its support port 9911: .*Timeout/i);
  });

  test('is no longer of interest', async () => {
    const given = new AbortController();
    skippers.misbehaviour.set(host, () => {
      given.abort();
    });
    assert.match(await complaint(read(undefined, given.signal)), /aborted/);
  });
});

const sameTable: Readonly<Record<string, { read: TableGlance; now: TableGlance; want: boolean }>> = {
  'with the same time, count and number of rejected routes is the same': {
    read: glance,
    now: { ...glance, toldAtSeconds: 1_500 },
    want: true,
  },
  'of a later time is another one': { read: glance, now: { ...glance, madeAtSeconds: 1_001 }, want: false },
  'of an earlier time is another one, for the Skipper may be another': {
    read: glance,
    now: { ...glance, madeAtSeconds: 900 },
    want: false,
  },
  'with another count is another one': { read: glance, now: { ...glance, count: 18 }, want: false },
  'with another number of rejected routes is another one': {
    read: glance,
    now: { ...glance, rejected: 0 },
    want: false,
  },
  'that was read in the second of its making may have been replaced in it': {
    read: { ...glance, toldAtSeconds: 1_000 },
    now: glance,
    want: false,
  },
  'that was read in the second after may have been made at the end of the one before': {
    read: { ...glance, toldAtSeconds: 1_001 },
    now: glance,
    want: false,
  },
  'without a time says nothing': {
    read: { ...glance, madeAtSeconds: undefined },
    now: { ...glance, madeAtSeconds: undefined },
    want: false,
  },
};
describe('a table that was read', () => {
  for (const [name, { read, now, want }] of Object.entries(sameTable)) {
    test(name, () => {
      assert.equal(isSameTable(read, now), want);
    });
  }
});
