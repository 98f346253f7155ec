import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import type { ComparisonOptions } from '../../shadow/index.ts';
import { Comparator } from './comparator.ts';
import { PairReader, Turns, type Pair, type Peer } from './shadow-round.ts';
import { SupportListeners } from './support-listeners.test-support.ts';
import { isSameTable, TableReader, type TableGlance } from './table-reader.ts';

const comparator = new Comparator();
after(() => comparator.stop());

const peer = (host: string, zone = ''): Peer => ({ pod: `skipper-${host}`, host, port: 9911, zone });

describe('the pairs of a round', () => {
  const namesOf = (pairs: readonly Pair[]): readonly string[] =>
    pairs.map(({ direct, fed }) => `${direct.host} ${fed.host}`);

  test('are of one zone', () => {
    const peers = {
      direct: [peer('a1', 'a'), peer('b1', 'b'), peer('c1', 'c'), peer('b2', 'b')],
      fed: [peer('fb', 'b'), peer('fa', 'a')],
    };
    assert.deepEqual(namesOf(new Turns().next(peers, 10)), ['a1 fa', 'b1 fb', 'b2 fb']);
  });

  test('are none when no zone has both', () => {
    assert.deepEqual(new Turns().next({ direct: [peer('a1', 'a')], fed: [peer('f')] }, 10), []);
  });

  test('go round the direct Skippers that have a partner', () => {
    const peers = { direct: [peer('a'), peer('x', 'elsewhere'), peer('b'), peer('c')], fed: [peer('f')] };
    const turns = new Turns();
    const rounds = [1, 2, 3].map(() => namesOf(turns.next(peers, 2)));
    assert.deepEqual(rounds, [
      ['a f', 'b f'],
      ['c f', 'a f'],
      ['b f', 'c f'],
    ]);
  });

  test('share one fed Skipper, the next one in the next round', () => {
    const peers = { direct: [peer('a'), peer('b')], fed: [peer('f'), peer('g')] };
    const turns = new Turns();
    assert.deepEqual(namesOf(turns.next(peers, 2)), ['a f', 'b f']);
    assert.deepEqual(namesOf(turns.next(peers, 2)), ['a g', 'b g']);
  });
});

const glance: TableGlance = { count: 19, rejected: 2, madeAtSeconds: 1_000, toldAtSeconds: 1_002 };
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
describe('a table', () => {
  for (const [name, { read, now, want }] of Object.entries(sameTable)) {
    test(name, () => {
      assert.equal(isSameTable(read, now), want);
    });
  }
});

describe('whole tables', () => {
  const options: ComparisonOptions = { tolerate: [], maxSamples: 10 };
  const agreed = 'a: Path("/a") -> "http://10.0.0.1";\n';
  const [one, other, fed] = ['10.0.0.1', '10.0.0.2', '10.1.0.1'];
  let skippers: SupportListeners;
  let pairs: PairReader;
  beforeEach(async () => {
    skippers = await SupportListeners.start();
    for (const host of [one, other, fed]) {
      skippers.tables.set(host, agreed);
      skippers.madeAtSeconds.set(host, 1_000);
    }
    pairs = new PairReader({
      reader: new TableReader(skippers.dispatcher),
      comparator,
      signal: new AbortController().signal,
    });
  });
  afterEach(() => skippers.stop());

  /** Compares the direct Skippers with the fed one and gives the reads that it took. */
  async function reads(hosts: readonly string[], given = options): Promise<readonly string[]> {
    skippers.reads.length = 0;
    const evidence = await pairs.read(
      hosts.map((host) => ({ direct: skippers.at(host), fed: skippers.at(fed) })),
      given,
    );
    assert.equal(evidence.length, hosts.length);
    return skippers.reads.toSorted();
  }

  test('of the fed Skipper are read once in a round', async () => {
    assert.deepEqual(await reads([one, other]), [one, other, fed]);
  });

  test('are not read again while neither was made anew', async () => {
    await reads([one]);
    assert.deepEqual(await reads([one]), []);
    assert.deepEqual(await reads([one]), []);
  });

  for (const host of [one, fed]) {
    test(`are read again when that of ${host === fed ? 'the fed' : 'the direct'} Skipper was made anew`, async () => {
      await reads([one]);
      skippers.madeAtSeconds.set(host, 1_001);
      assert.deepEqual(await reads([one]), [one, fed]);
      assert.deepEqual(await reads([one]), []);
    });
  }

  test('are read again after twenty looks all the same', async () => {
    await reads([one]);
    for (let look = 0; look < 20; look++) assert.deepEqual(await reads([one]), []);
    assert.deepEqual(await reads([one]), [one, fed]);
  });

  test('that differ are read again, whatever they say of themselves', async () => {
    skippers.tables.set(fed, `${agreed}b: Path("/b") -> "http://10.0.0.2";\n`);
    await reads([one]);
    assert.deepEqual(await reads([one]), [one, fed]);
  });

  test('are compared anew when something else is tolerated', async () => {
    await reads([one]);
    assert.deepEqual(await reads([one], { ...options, tolerate: [{ class: 'Extra' }] }), [one, fed]);
  });

  test('are read each time from a Skipper that does not say when they were made', async () => {
    skippers.madeAtSeconds.clear();
    await reads([one]);
    assert.deepEqual(await reads([one]), [one, fed]);
  });
});

describe('rejected routes', () => {
  const options: ComparisonOptions = { tolerate: [], maxSamples: 10 };
  const [one, other, fed] = ['10.0.0.1', '10.0.0.2', '10.1.0.1'];
  let skippers: SupportListeners;
  beforeEach(async () => {
    skippers = await SupportListeners.start();
    for (const host of [one, other, fed]) skippers.tables.set(host, 'a: Path("/a") -> <shunt>;\n');
  });
  afterEach(() => skippers.stop());

  /** One round over two direct Skippers: how many are counted and who is named, and how often the list was asked for. */
  async function round(namesRejected: boolean) {
    const signal = new AbortController().signal;
    const pairs = new PairReader({ reader: new TableReader(skippers.dispatcher), comparator, signal, namesRejected });
    const [evidence] = await pairs.read(
      [one, other].map((host) => ({ direct: skippers.at(host), fed: skippers.at(fed) })),
      options,
    );
    assert.equal(evidence?.outcome, 'compared');
    const { counts, samples } = evidence.comparison;
    const lists = skippers.requests.filter((request) => /^GET .*invalid=true/.test(request));
    return { rejected: counts.rejected, named: samples.map(({ routeId }) => routeId), lists: lists.length };
  }

  test('are named after one question to the fed Skipper', async () => {
    skippers.rejectedList.set(fed, [{ id: 'c', error: 'x' }]);
    assert.deepEqual(await round(true), { rejected: 1, named: ['c'], lists: 1 });
  });

  test('are not asked for when there are none', async () => {
    assert.deepEqual(await round(true), { rejected: 0, named: [], lists: 0 });
  });

  test('are not asked for when nobody wants their names', async () => {
    skippers.rejectedList.set(fed, [{ id: 'c', error: 'x' }]);
    assert.deepEqual(await round(false), { rejected: 1, named: [], lists: 0 });
  });

  test('are not asked for when there are too many to list', async () => {
    skippers.rejected.set(fed, 5_001);
    assert.deepEqual(await round(true), { rejected: 5_001, named: [], lists: 0 });
  });

  test('are counted all the same when the list cannot be read', async () => {
    skippers.rejected.set(fed, 2);
    skippers.misbehaviour.set(fed, (response) => {
      const { method, url = '' } = response.req;
      if (!url.includes('invalid=true')) response.writeHead(200, { 'x-count': 1 }).end(skippers.tables.get(fed));
      else response.writeHead(method === 'HEAD' ? 200 : 400, { 'x-count': 2 }).end();
    });
    assert.deepEqual(await round(true), { rejected: 2, named: [], lists: 1 });
  });
});
