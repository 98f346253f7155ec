/** Picks of random rings, and of odd ones, beside those of Skipper's own code. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { placementParity } from '../../fuzz/balancer.ts';
import { Oracle } from '../../oracle/oracle.ts';
import type { Question } from '../../oracle/oracle.ts';
import { seeded } from '../../support/seeded.ts';
import { misplaced } from '../../vectors/replay.ts';

test('20,000 random keys go where Skipper’s own code puts them, bounded and filtered ones included', async () => {
  const said: string[] = [];
  const { picks, bounded, filtered, elsewhere } = await placementParity({
    picks: 20_000,
    keysPerCase: 100,
    seed: 20_261,
    say: (line) => said.push(line),
  });
  assert.deepEqual({ picks, elsewhere }, { picks: 20_000, elsewhere: 0 }, said.join('\n'));
  assert.ok(bounded > 5000 && filtered > 5000, `${bounded} bounded, ${filtered} filtered`);
});

suite('as Skipper’s own code, plainly, with a bound and with endpoints left out:', () => {
  const random = seeded(43);
  const below = (limit: number): number => Math.floor(random() * limit);
  let oracle: Oracle;
  before(async () => {
    oracle = await Oracle.start();
  });
  after(() => {
    oracle.close();
  });

  const asked = (endpoints: readonly string[], factor: number, keeps = 1): Question => ({
    name: 'odd',
    endpoints,
    kept: endpoints.map((_, i) => i).filter((i) => i === 0 || random() < keeps),
    inflight: endpoints.map(() => below(4)),
    factor,
    keys: Array.from({ length: 200 }, () => `key-${below(1e6)}`),
  });
  const elsewhere = async (question: Question, skipper = question): Promise<number> =>
    misplaced({ ...question, picks: await oracle.ask(skipper) }).length;

  const many: Readonly<Record<string, readonly string[]>> = {
    '10,000 endpoints': Array.from({ length: 10_000 }, (_, i) => `http://10.2.${i >> 8}.${i & 255}:8080`),
    'IPv6 addresses': Array.from({ length: 40 }, (_, i) => `http://[2a05:d014::${(i * 77).toString(16)}]:8080`),
    'DNS names': Array.from({ length: 40 }, (_, i) => `https://search-${i}.search.default.svc.cluster.local:443`),
    'two ports of the same pods': Array.from({ length: 40 }, (_, i) => `http://10.2.0.${i >> 1}:${8080 + (i & 1)}`),
  };
  for (const [name, endpoints] of Object.entries(many)) {
    test(name, async () => {
      for (const [factor, keeps] of [
        [0, 1],
        [0, 0.5],
        [1.25, 1],
        [1.25, 0.5],
      ] as const)
        assert.equal(await elsewhere(asked(endpoints, factor, keeps)), 0, `factor ${factor}, ${keeps} kept`);
    });
  }

  /** Ten pods, some of them named twice, and the same pods named once with what is under way at both. */
  function duplicates(factor: number): { readonly twice: Question; readonly once: Question } {
    const pods = Array.from({ length: 10 }, (_, i) => `http://10.2.${below(256)}.${i}:8080`);
    const twice = asked([...pods, ...pods.slice(0, 1 + below(10))], factor);
    const inflight = pods.map((_, i) => (twice.inflight[i] ?? 0) + (twice.inflight[i + pods.length] ?? 0));
    return { twice, once: { ...twice, endpoints: pods, kept: pods.map((_, i) => i), inflight } };
  }

  test('duplicate addresses change nothing while there is no bound', async () => {
    for (let n = 0; n < 20; n++) assert.equal(await elsewhere(duplicates(0).twice), 0);
  });

  test('with a bound, duplicate addresses count as what Skipper’s data client makes of them: one', async () => {
    let departures = 0;
    for (let n = 0; n < 20; n++) {
      const { twice, once } = duplicates(1.25);
      assert.equal(await elsewhere(twice, once), 0);
      departures += await elsewhere(twice);
    }
    // ADR 0043: were it 0, the departure would be over, and its page wrong.
    assert.ok(departures > 0, 'Skipper counts an address that stands twice in a route twice');
  });
});
