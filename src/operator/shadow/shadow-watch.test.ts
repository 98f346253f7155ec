import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { until } from '../../../test/harness/faulty-api/index.ts';
import { ManualClock } from '../../runtime/manual-clock.ts';
import type { Settlement, Verdict } from '../../shadow/index.ts';
import { Comparator } from './comparator.ts';
import { ReadTimes } from './read-times.ts';
import { ShadowWatch, type ShadowPlan } from './shadow-watch.ts';
import { SupportListeners } from './support-listeners.test-support.ts';
import { TableReader } from './table-reader.ts';

const T0 = Date.UTC(2026, 0, 31, 9);
const seconds = (count: number): number => count * 1_000;
const comparator = new Comparator();
after(() => comparator.stop());

const agreed = 'a: Path("/a") -> "http://10.0.0.1";\nb: Path("/b") -> "http://10.0.0.2";\n';
const withoutB = 'a: Path("/a") -> "http://10.0.0.1";\n';
const fed = ['10.1.0.1', '10.1.0.2'] as const;
const direct = ['10.0.0.1', '10.0.0.2', '10.0.0.3'] as const;

/** One watch over two fed and three direct Skippers whose tables agree, until a test changes them. */
class Stage {
  readonly clock = new ManualClock(T0);
  readonly skippers: SupportListeners;
  readonly watch: ShadowWatch;
  changes = 0;

  constructor(skippers: SupportListeners, before?: Settlement) {
    this.skippers = skippers;
    for (const host of [...fed, ...direct]) skippers.tables.set(host, agreed);
    this.watch = new ShadowWatch(
      {
        clock: this.clock,
        times: new ReadTimes(this.clock),
        comparator,
        reader: new TableReader(skippers.dispatcher),
        onChange: () => (this.changes += 1),
      },
      before,
    );
  }

  plan(change: Partial<ShadowPlan> = {}): ShadowPlan {
    const at = (hosts: readonly string[]) => hosts.map((host) => this.skippers.at(host));
    const options = { tolerate: [], maxSamples: 10 };
    return { direct: at(direct), fed: at(fed), intervalMs: seconds(30), samples: 1, options, ...change };
  }

  /** Begins, and waits for the end of the first round: the next one is then on the clock. */
  async begins(change: Partial<ShadowPlan> = {}): Promise<void> {
    this.watch.follow(this.plan(change));
    await this.#roundEnds();
  }

  /** Time passes; when the next round falls due in it, that round is waited for. */
  async after(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.#roundEnds();
  }

  async #roundEnds(): Promise<void> {
    await until('the round ends', () => this.clock.pendingTimers > 0);
  }

  get verdict(): Verdict | undefined {
    return this.watch.settlement?.verdict;
  }

  /** Seconds between the start of the test and the last change of the verdict. */
  get since(): number {
    return ((this.watch.settlement?.sinceMs ?? NaN) - T0) / 1_000;
  }

  get message(): string | undefined {
    return this.watch.settlement?.inconclusive?.message;
  }
}

let stage: Stage;
beforeEach(async () => {
  stage = new Stage(await SupportListeners.start());
});
afterEach(async () => {
  stage.watch.stop();
  await stage.skippers.stop();
});

describe('the verdict', () => {
  test('is agreement after the first look', async () => {
    await stage.begins();
    assert.equal(stage.verdict, 'InSync');
    assert.equal(stage.since, 0);
    assert.equal(stage.changes, 1);
  });

  test('stands, and is told once, however often it is confirmed', async () => {
    await stage.begins();
    await stage.after(seconds(30));
    await stage.after(seconds(30));
    assert.equal(stage.watch.settlement?.checks, 3);
    assert.equal(stage.since, 0);
    assert.equal(stage.changes, 1);
  });

  test('is difference when 7 s later both say that their tables are the same still, and no table is read for it', async () => {
    stage.skippers.tables.set(fed[0], withoutB);
    for (const host of [fed[0], direct[0]]) stage.skippers.madeAtSeconds.set(host, 1_000);
    await stage.begins({ fed: [stage.skippers.at(fed[0])] });
    assert.equal(stage.verdict, 'Inconclusive');
    await stage.clock.advance(seconds(7) - 1);
    assert.equal(stage.skippers.requests.length, 6);
    await stage.after(1);
    assert.equal(stage.verdict, 'OutOfSync');
    assert.equal(stage.since, 7);
    assert.deepEqual(stage.skippers.reads.toSorted(), [direct[0], fed[0]]);
    assert.deepEqual(stage.watch.settlement?.comparison?.samples, [
      { routeId: 'b', kind: 'Missing', difference: "not in the route server's table" },
    ]);
  });

  const madeAnew: Readonly<Record<string, () => void>> = {
    'the direct Skipper has made its table anew': () => stage.skippers.madeAtSeconds.set(direct[0], 1_007),
    'the fed Skipper has made its table anew': () => stage.skippers.madeAtSeconds.set(fed[0], 1_007),
    'a Skipper does not say when it made its table': () => stage.skippers.madeAtSeconds.delete(fed[0]),
  };
  for (const [name, happens] of Object.entries(madeAnew)) {
    test(`is difference only after the interval, when both are read again, because ${name}`, async () => {
      stage.skippers.tables.set(fed[0], withoutB);
      for (const host of [fed[0], direct[0]]) stage.skippers.madeAtSeconds.set(host, 1_000);
      await stage.begins({ fed: [stage.skippers.at(fed[0])] });
      happens();
      await stage.after(seconds(7));
      assert.equal(stage.verdict, 'Inconclusive');
      assert.equal(stage.skippers.reads.length, 2);
      await stage.after(seconds(23));
      assert.equal(stage.verdict, 'OutOfSync');
      assert.equal(stage.since, 30);
      assert.deepEqual(stage.skippers.reads.toSorted(), [direct[0], direct[0], fed[0], fed[0]]);
    });
  }

  test('is not shaken by a difference that is gone at the second look', async () => {
    await stage.begins();
    stage.skippers.tables.set(fed[1], withoutB);
    await stage.after(seconds(30));
    assert.equal(stage.verdict, 'InSync');
    stage.skippers.tables.set(fed[1], agreed);
    await stage.after(seconds(7));
    await stage.after(seconds(23));
    assert.equal(stage.watch.settlement?.checks, 3);
    assert.equal(stage.verdict, 'InSync');
    assert.equal(stage.since, 0);
  });

  test('is not shaken by one moved Skipper that differs from the others', async () => {
    stage.skippers.tables.set(fed[1], withoutB);
    await stage.begins();
    for (let round = 0; round < 4; round++) {
      await stage.after(seconds(30));
      await stage.after(seconds(7));
      await stage.after(seconds(23));
      assert.equal(stage.verdict, 'InSync');
    }
    assert.equal(stage.since, 0);
    assert.ok(stage.skippers.reads.filter((host) => host === fed[1]).length > 1);
  });

  test('is confirmed where the difference was seen, not at the Skippers whose turn it is', async () => {
    stage.skippers.tables.set(direct[1], withoutB);
    await stage.begins();
    await stage.after(seconds(30));
    await stage.after(seconds(7));
    await stage.after(seconds(23));
    assert.equal(stage.verdict, 'OutOfSync');
    assert.deepEqual(
      stage.skippers.reads.filter((host) => host.startsWith('10.0.')),
      [direct[0], direct[1], direct[1]],
    );
  });

  for (const samples of [1, 3]) {
    test(`costs each Skipper at most one table per interval in a cluster that changes all the time, ${samples} read at a time`, async () => {
      const readAt = changesAllTheTime();
      await stage.begins({ samples });
      for (let second = 1; second <= 300; second++) await stage.after(seconds(1));
      for (const host of [...fed, ...direct]) {
        const times = readAt.get(host) ?? [];
        const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
        assert.ok(times.length > 1, `${host} was read at ${String(times)}`);
        assert.ok(Math.min(...gaps) >= 30, `${host} was read at ${String(times)}`);
      }
      assert.notEqual(stage.verdict, 'OutOfSync');
    });
  }

  /** Each request finds another table. Gives the seconds at which each Skipper's was read. */
  function changesAllTheTime(): ReadonlyMap<string, readonly number[]> {
    const readAt = new Map<string, number[]>();
    let change = 0;
    for (const host of [...fed, ...direct]) {
      stage.skippers.misbehaviour.set(host, (response) => {
        change += 1;
        if (response.req.method === 'GET' && response.req.url?.includes('nopretty') === true) {
          readAt.set(host, [...(readAt.get(host) ?? []), (stage.clock.now() - T0) / 1_000]);
        }
        const route = `c${String(change)}: Path("/c") -> "http://10.0.0.3";\n`;
        response.writeHead(200, { 'x-count': 3, 'x-timestamp': change }).end(agreed + route);
      });
    }
    return readAt;
  }

  test('costs a Skipper one table in ten intervals without a change, and two small requests in each of the others', async () => {
    const one = { direct: [stage.skippers.at(direct[0])], fed: [stage.skippers.at(fed[0])] };
    for (const host of [direct[0], fed[0]]) stage.skippers.madeAtSeconds.set(host, 1_000);
    await stage.begins(one);
    for (let interval = 1; interval < 10; interval++) await stage.after(seconds(30));
    for (const host of [direct[0], fed[0]]) {
      const asked = stage.skippers.requests.filter((request) => request.includes(` ${host}:`));
      const tables = asked.filter((request) => request.startsWith('GET'));
      // The question what it has and how many routes it rejected comes before a table, too.
      assert.deepEqual([tables.length, asked.length], [1, 1 + 10 * 2], asked.join('\n'));
    }
  });

  test('comes back to agreement at the first look that shows it', async () => {
    for (const host of fed) stage.skippers.tables.set(host, withoutB);
    await stage.begins();
    await stage.after(seconds(7));
    await stage.after(seconds(23));
    assert.equal(stage.verdict, 'OutOfSync');
    for (const host of fed) stage.skippers.tables.set(host, agreed);
    await stage.after(seconds(30));
    assert.equal(stage.verdict, 'InSync');
    assert.equal(stage.since, 60);
  });

  test('ignores what is tolerated', async () => {
    for (const host of fed) stage.skippers.tables.set(host, withoutB);
    await stage.begins({ options: { tolerate: [{ route: '^b$' }], maxSamples: 10 } });
    assert.equal(stage.verdict, 'InSync');
    assert.equal(stage.watch.settlement?.comparison?.counts.tolerated, 1);
  });

  test('tells how many routes the fed Skipper rejected', async () => {
    stage.skippers.rejected.set(fed[0], 4);
    await stage.begins();
    assert.equal(stage.watch.settlement?.comparison?.counts.rejected, 4);
  });

  test('is looked at again after the interval when that is shorter than a second look', async () => {
    stage.skippers.tables.set(fed[0], withoutB);
    await stage.begins({ intervalMs: seconds(2) });
    await stage.after(seconds(2));
    assert.equal(stage.watch.settlement?.checks, 2);
  });
});

interface NoEvidence {
  readonly plan?: Partial<ShadowPlan>;
  readonly given?: () => void;
  readonly says: RegExp;
}
const noEvidence: Readonly<Record<string, NoEvidence>> = {
  'there is no direct Skipper': { plan: { direct: [] }, says: /^no ready Skipper reads from Kubernetes itself$/ },
  'there is no fed Skipper': { plan: { fed: [] }, says: /^no ready Skipper reads from the route server$/ },
  'the direct Skipper does not answer': {
    given: () => stage.skippers.tables.delete(direct[0]),
    says: /^Skipper skipper-10\.0\.0\.1 answered 404/,
  },
  'the fed Skipper does not answer': {
    given: () => stage.skippers.tables.delete(fed[0]),
    says: /^Skipper skipper-10\.1\.0\.1 answered 404/,
  },
  'a table has fewer routes than were announced': {
    given: () => {
      stage.skippers.misbehaviour.set(fed[0], (response) => response.writeHead(200, { 'x-count': 2 }).end(withoutB));
    },
    says: /1 .*2|2 .*1/,
  },
  'one of several direct Skippers does not answer': {
    plan: { samples: 3 },
    given: () => stage.skippers.tables.delete(direct[1]),
    says: /^Skipper skipper-10\.0\.0\.2 answered 404/,
  },
};

describe('there is no evidence when', () => {
  for (const [name, { plan, given, says }] of Object.entries(noEvidence)) {
    test(name, async () => {
      given?.();
      await stage.begins(plan);
      assert.equal(stage.verdict, 'Inconclusive');
      assert.match(stage.message ?? '', says);
    });
  }

  test('and the next look comes soon, not at the interval', async () => {
    await stage.begins({ fed: [] });
    stage.watch.follow(stage.plan());
    await stage.after(seconds(7));
    assert.equal(stage.verdict, 'InSync');
  });

  test('but a difference in the same round weighs more', async () => {
    stage.skippers.tables.delete(direct[0]);
    stage.skippers.tables.set(direct[1], withoutB);
    await stage.begins({ samples: 3 });
    await stage.after(seconds(7));
    await stage.after(seconds(23));
    assert.equal(stage.verdict, 'OutOfSync');
  });
});

describe('of many Skippers', () => {
  const directReads = (): readonly string[] => stage.skippers.reads.filter((host) => host.startsWith('10.0.'));
  const fedReads = (): readonly string[] => stage.skippers.reads.filter((host) => host.startsWith('10.1.'));

  test('each is read in its turn, as many in a round as there are samples', async () => {
    const [a, b, c] = direct;
    await stage.begins({ samples: 2 });
    assert.deepEqual(directReads(), [a, b]);
    await stage.after(seconds(30));
    await stage.after(seconds(30));
    assert.deepEqual(directReads(), [a, b, c, a, b, c]);
  });

  test('none is read twice in one round', async () => {
    await stage.begins({ samples: 10 });
    assert.deepEqual(directReads(), direct);
  });

  test('the fed ones take turns as well', async () => {
    await stage.begins();
    await stage.after(seconds(30));
    await stage.after(seconds(30));
    assert.deepEqual(fedReads(), [fed[0], fed[1], fed[0]]);
  });

  test('those of the newest plan are read', async () => {
    await stage.begins();
    stage.watch.follow(stage.plan({ direct: [stage.skippers.at(direct[2])] }));
    await stage.after(seconds(30));
    assert.deepEqual(directReads(), [direct[0], direct[2]]);
  });
});

test('a shorter interval does not wait for the end of the longer one, and reads no table before its own', async () => {
  await stage.begins();
  stage.watch.follow(stage.plan({ intervalMs: seconds(5), fed: [stage.skippers.at(fed[0])] }));
  await stage.after(seconds(5) - 1);
  assert.equal(stage.skippers.reads.length, 2);
  await stage.after(1);
  await until('the second look', () => stage.watch.settlement?.checks === 2);
});

describe('a fresh process', () => {
  const settledBefore: Settlement = { verdict: 'InSync', sinceMs: T0 - seconds(600), pending: {}, checks: 20 };
  beforeEach(() => {
    stage = new Stage(stage.skippers, settledBefore);
  });

  test('has no evidence of its own before its first look', () => {
    assert.equal(stage.watch.settlement, undefined);
  });

  test('goes on counting from where the one before it began, when its first look confirms it', async () => {
    await stage.begins();
    assert.equal(stage.verdict, 'InSync');
    assert.equal(stage.since, -600);
    assert.equal(stage.watch.settlement?.checks, 21);
  });

  test('begins to count anew when its first look cannot confirm it', async () => {
    await stage.begins({ fed: [] });
    assert.equal(stage.verdict, 'Inconclusive');
    stage.watch.follow(stage.plan());
    await stage.after(seconds(7));
    assert.equal(stage.verdict, 'InSync');
    assert.equal(stage.since, 7);
  });
});

describe('stopping is final', () => {
  test('between two looks: no further one', async () => {
    await stage.begins();
    stage.watch.stop();
    await stage.clock.advance(seconds(3_600));
    assert.equal(stage.clock.pendingTimers, 0);
    assert.equal(stage.skippers.reads.length, 2);
  });

  test('in the middle of a look: nothing comes of it', async () => {
    const isAsked = new Promise<void>((resolve) => {
      stage.skippers.misbehaviour.set(direct[0], () => {
        resolve();
      });
    });
    stage.watch.follow(stage.plan());
    await isAsked;
    stage.watch.stop();
    await stage.skippers.stop();
    await stage.clock.advance(seconds(3_600));
    assert.equal(stage.clock.pendingTimers, 0);
    assert.equal(stage.changes, 0);
    assert.equal(stage.watch.settlement, undefined);
  });

  test('also for a plan that comes afterwards', async () => {
    stage.watch.stop();
    stage.watch.follow(stage.plan());
    await stage.clock.advance(seconds(3_600));
    assert.deepEqual(stage.skippers.reads, []);
  });
});

describe('the template under which tables agreed', () => {
  test('is that of the round, and a new one is looked at at once', async () => {
    const one = { direct: [stage.skippers.at(direct[0])], fed: [stage.skippers.at(fed[0])] };
    for (const host of [direct[0], fed[0]]) stage.skippers.madeAtSeconds.set(host, 1_000);
    await stage.begins({ ...one, template: 'old' });
    assert.equal(stage.watch.provenTemplate, 'old');
    stage.watch.follow(stage.plan({ ...one, template: 'new' }));
    await until('the new one is proven', () => stage.watch.provenTemplate === 'new');
    assert.equal(stage.changes, 2);
  });

  test('stays the old one while something is rolled out, and while the tables differ', async () => {
    await stage.begins({ template: 'old' });
    stage.watch.follow(stage.plan({ template: undefined }));
    await stage.after(seconds(30));
    for (const host of fed) stage.skippers.tables.set(host, withoutB);
    await stage.begins({ template: 'new' });
    await stage.after(seconds(30));
    assert.equal(stage.watch.provenTemplate, 'old');
  });

  describe('is being replaced by another one', () => {
    const rolling = { template: undefined, nextTemplate: 'new' };
    const verdict = (): string => {
      const { verdict: found, inconclusive } = stage.watch.settlement ?? {};
      return [found, inconclusive?.reason].join(' ');
    };

    async function differsMeanwhile(provenBefore: boolean): Promise<void> {
      if (provenBefore) await stage.begins({ template: 'old', nextTemplate: 'old' });
      for (const host of fed) stage.skippers.tables.set(host, withoutB);
      stage.watch.follow(stage.plan(rolling));
      for (let round = 0; round < 4; round++) await stage.after(seconds(30));
    }

    test('and until all run by that, a difference proves nothing, however often it is seen', async () => {
      await differsMeanwhile(true);
      assert.equal(verdict(), 'Inconclusive RollingOut');
    });

    test('and counts once all run by that', async () => {
      await differsMeanwhile(true);
      stage.watch.follow(stage.plan({ template: 'new', nextTemplate: 'new' }));
      for (let round = 0; round < 3; round++) await stage.after(seconds(30));
      assert.equal(verdict(), 'OutOfSync ');
    });

    test('and counts all the same when no tables have agreed before', async () => {
      await differsMeanwhile(false);
      assert.equal(verdict(), 'OutOfSync ');
    });
  });
});
