import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { ManualClock } from '../../runtime/manual-clock.ts';
import type { ComparisonOptions, Evidence } from '../../shadow/index.ts';
import { Comparator } from './comparator.ts';
import { PairReader, type Round } from './pair-reader.ts';
import { ReadTimes } from './read-times.ts';
import { SupportListeners } from './support-listeners.test-support.ts';
import { TableReader } from './table-reader.ts';

const comparator = new Comparator();
after(() => comparator.stop());

const options: ComparisonOptions = { tolerate: [], maxSamples: 10 };
const agreed = 'a: Path("/a") -> "http://10.0.0.1";\n';
const withB = `${agreed}b: Path("/b") -> "http://10.0.0.2";\n`;
const [one, other, fed] = ['10.0.0.1', '10.0.0.2', '10.1.0.1'];
const intervalMs = 30_000;

let clock: ManualClock;
let skippers: SupportListeners;
let pairs: PairReader;
beforeEach(async () => {
  clock = new ManualClock();
  skippers = await SupportListeners.start();
  for (const host of [one, other, fed]) {
    skippers.tables.set(host, agreed);
    skippers.madeAtSeconds.set(host, 1_000);
  }
  pairs = pairReader();
});
afterEach(() => skippers.stop());

function pairReader(namesRejected = false): PairReader {
  const signal = new AbortController().signal;
  const reader = new TableReader(skippers.dispatcher);
  return new PairReader({ times: new ReadTimes(clock), reader, comparator, signal, namesRejected });
}

/** Compares the direct Skippers with the fed one. */
function round(hosts: readonly string[], given = options, bound = 0): Promise<Round> {
  const meant = hosts.map((host) => ({ direct: skippers.at(host), fed: skippers.at(fed) }));
  return pairs.read(meant, given, bound);
}

function evidenceOf(made: Round): readonly Evidence[] {
  return 'evidence' in made ? made.evidence : assert.fail(`put off for ${made.postponedMs} ms`);
}

const outcomes = (made: Round): readonly string[] =>
  evidenceOf(made).map((evidence) => {
    return evidence.outcome === 'compared' ? `${evidence.comparison.differences.length} differ` : evidence.reason;
  });

describe('whole tables', () => {
  /** Compares, and gives the reads that it took. */
  async function reads(hosts: readonly string[], given = options): Promise<readonly string[]> {
    skippers.reads.length = 0;
    assert.equal(evidenceOf(await round(hosts, given)).length, hosts.length);
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

  test('that differ are not read again either, and are known to differ until one was made anew', async () => {
    skippers.tables.set(fed, withB);
    await reads([one]);
    assert.deepEqual(await reads([one]), []);
    assert.deepEqual(outcomes(await round([one])), ['1 differ']);
    skippers.tables.set(fed, agreed);
    skippers.madeAtSeconds.set(fed, 1_001);
    assert.deepEqual(await reads([one]), [one, fed]);
    assert.deepEqual(outcomes(await round([one])), ['0 differ']);
  });

  test('that differed are read again when others were read in between, for differences are not kept for long', async () => {
    skippers.tables.set(one, withB);
    await reads([one]);
    await reads([other]);
    assert.deepEqual(await reads([one]), [one, fed]);
    await reads([other]);
    assert.deepEqual(await reads([other]), []);
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

describe('a Skipper is asked for no table', () => {
  test('before it and its partner have told of theirs', async () => {
    await round([one]);
    const asked = skippers.requests.map((request) => request.split(' ')[0]);
    assert.deepEqual(asked, ['HEAD', 'HEAD', 'HEAD', 'HEAD', 'GET', 'GET']);
  });

  for (const [name, host] of [
    ['direct', one],
    ['fed', fed],
  ] as const) {
    test(`when the ${name} one does not answer`, async () => {
      skippers.tables.delete(host);
      assert.deepEqual(outcomes(await round([one])), ['Unreachable']);
      assert.deepEqual(skippers.reads, []);
    });

    test(`when the ${name} one has no routes`, async () => {
      skippers.tables.set(host, '');
      assert.deepEqual(outcomes(await round([one])), ['NoData']);
      assert.deepEqual(skippers.reads, []);
    });
  }
});

describe('within an interval', () => {
  const bounded = (...hosts: readonly string[]): Promise<Round> => round(hosts, options, intervalMs);

  test('what was found is found again while neither table was made anew', async () => {
    skippers.tables.set(fed, withB);
    await bounded(one);
    await clock.advance(7_000);
    assert.deepEqual(outcomes(await bounded(one)), ['1 differ']);
    assert.deepEqual(skippers.reads.toSorted(), [one, fed]);
  });

  test('a round is put off for as long as one of its tables may not be read', async () => {
    await bounded(one);
    await clock.advance(7_000);
    skippers.madeAtSeconds.set(one, 1_001);
    assert.deepEqual(await bounded(one), { postponedMs: intervalMs - 7_000 });
    await clock.advance(intervalMs - 7_000);
    assert.deepEqual(outcomes(await bounded(one)), ['0 differ']);
  });

  test('a fed table is not read for another direct one either, nor that of the other one', async () => {
    await bounded(one);
    await clock.advance(7_000);
    assert.deepEqual(await bounded(one, other), { postponedMs: intervalMs - 7_000 });
    assert.deepEqual(skippers.reads.toSorted(), [one, fed]);
  });

  test('a table is not tried again whose transfer was cut', async () => {
    skippers.misbehaviour.set(one, (response) => response.writeHead(200, { 'x-count': 2 }).end(agreed));
    assert.deepEqual(outcomes(await bounded(one)), ['Incomplete']);
    assert.deepEqual(await bounded(one), { postponedMs: intervalMs });
  });

  test('a Skipper that took the address of another one is read', async () => {
    await bounded(one);
    const [direct, partner] = [skippers.at(one), skippers.at(fed)];
    const successors = { direct: { ...direct, pod: 'next' }, fed: { ...partner, pod: 'next-fed' } };
    assert.deepEqual(outcomes(await pairs.read([successors], options, intervalMs)), ['0 differ']);
  });
});

describe('rejected routes', () => {
  /** One round over two direct Skippers: how many are counted and who is named, and how often the list was asked for. */
  async function found(namesRejected: boolean) {
    pairs = pairReader(namesRejected);
    const [evidence] = evidenceOf(await round([one, other]));
    assert.equal(evidence?.outcome, 'compared');
    const { counts, samples } = evidence.comparison;
    const lists = skippers.requests.filter((request) => /^GET .*invalid=true/.test(request));
    return { rejected: counts.rejected, named: samples.map(({ routeId }) => routeId), lists: lists.length };
  }

  test('are named after one question to the fed Skipper', async () => {
    skippers.rejectedList.set(fed, [{ id: 'c', error: 'x' }]);
    assert.deepEqual(await found(true), { rejected: 1, named: ['c'], lists: 1 });
  });

  test('are not asked for when there are none', async () => {
    assert.deepEqual(await found(true), { rejected: 0, named: [], lists: 0 });
  });

  test('are not asked for when nobody wants their names', async () => {
    skippers.rejectedList.set(fed, [{ id: 'c', error: 'x' }]);
    assert.deepEqual(await found(false), { rejected: 1, named: [], lists: 0 });
  });

  test('are not asked for when there are too many to list', async () => {
    skippers.rejected.set(fed, 5_001);
    assert.deepEqual(await found(true), { rejected: 5_001, named: [], lists: 0 });
  });

  test('are counted all the same when the list cannot be read', async () => {
    skippers.rejected.set(fed, 2);
    skippers.misbehaviour.set(fed, (response) => {
      const { method, url = '' } = response.req;
      if (!url.includes('invalid=true')) response.writeHead(200, { 'x-count': 1 }).end(skippers.tables.get(fed));
      else response.writeHead(method === 'HEAD' ? 200 : 400, { 'x-count': 2 }).end();
    });
    assert.deepEqual(await found(true), { rejected: 2, named: [], lists: 1 });
  });
});
