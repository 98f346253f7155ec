/**
 * Cut transfers, with the real Skipper: it stores the ETag before it reads the body, and accepts a table that was cut
 * between two routes. Whatever is cut, it must have the complete table within two polls after the last cut, and who asks
 * it for a host all the while must be answered.
 *
 *   FAULT_SEED=7 FAULT_STEPS=500 npm run test:fault truncation
 */
import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { constants, gunzipSync } from 'node:zlib';
import { normalise, parseRoutes } from '../../../src/eskip/index.ts';
import { HopelessError } from '../../harness/errors.ts';
import { until } from '../../harness/wait.ts';
import { bodyAt, CuttingProxy, sizeOf } from './cutting-proxy.ts';
import { randomFrom, seedOf } from '../../fault/random.ts';
import { ListApi } from './list-api.ts';
import { ingress, workload } from './manifests.ts';
import { startOurs, startSkipper } from './programs.ts';
import type { Running } from './programs.ts';
import { echo, Visitors } from './visitors.ts';

const pollMs = 1_000;
const seed = seedOf(4_711);
const random = randomFrom(seed);
/** How often a replica dies in each way. */
const rounds = Math.ceil(Number(process.env['FAULT_STEPS'] ?? 1) / 12);
/** Before it is read nothing can be unpacked. */
const gzipHeaderBytes = 10;
const hosts = Array.from({ length: 12 }, (_, at) => `app-${at}`);

function cluster(version: string): string {
  const ingresses = hosts.map((name) => ingress(name, `${name}.example.org`, version));
  // Every endpoint is the echo server, under another loopback address.
  const workloads = hosts.flatMap(workload).map((text) => text.replaceAll('10.2.', '127.2.'));
  return [...ingresses, ...workloads.map((text) => text.replaceAll('8080', String(backendPort)))].join('\n---\n');
}

const api = new ListApi();
const ours: Running[] = [];
let args: readonly string[] = [];
let proxy: CuttingProxy;
let skipper: Running;
let version = 0;
let backend: Server;
let backendPort = 0;
let visitors: Visitors;
let roundsBefore = 0;
/** Skipper has had every host once, and must never lose one again. */
let hasLoaded = false;

before(async () => {
  ({ port: backendPort, server: backend } = await echo());
  api.show(cluster('0'));
  args = [
    `-kubernetes-url=${await api.listen()}`,
    '-source=poll',
    '-source-poll-timeout=100',
    '-publish-interval=50ms',
  ];
  ours.push(await startOurs(args), await startOurs(args));
  await Promise.all(ours.map((server) => server.answers('/health', 204)));
  proxy = new CuttingProxy(ours[0]?.port ?? 0);
  await proxy.listen();
  skipper = await startSkipper([`http://127.0.0.1:${proxy.port}/routes`], pollMs);
  await skipperShows('0');
  const names = hosts.map((name) => `${name}.example.org`);
  visitors = new Visitors(skipper.port, names);
});

beforeEach(() => {
  roundsBefore = visitors.rounds;
  proxy.takeWhole(false);
});

afterEach(() => {
  assert.deepEqual(visitors.failures, []);
  assert.ok(visitors.rounds > roundsBefore, 'every host was asked for meanwhile');
});

after(async () => {
  await visitors.stop();
  await skipper.stop();
  backend.close();
  backend.closeAllConnections();
  proxy.close();
  await Promise.all(ours.map((server) => server.stop()));
  api.close();
});

/** Ids of the routes that Skipper uses, and the versions in their filters. */
async function applied(): Promise<{ readonly ids: readonly string[]; readonly versions: readonly string[] }> {
  const text = await (await fetch(`${skipper.supportUrl}/routes?limit=100000&nopretty`)).text();
  const parsed = parseRoutes(text);
  if (!parsed.ok) throw parsed.error;
  const filters = parsed.routes.map(normalise).flatMap((route) => route.filters);
  const versions = filters.filter(({ args }) => args[0] === 'X-Version').map(({ args }) => String(args[1]));
  return { ids: parsed.routes.map(({ id }) => id), versions: [...new Set(versions)] };
}

/** Waits until Skipper has every host, all of one version. */
async function skipperShows(wanted: string): Promise<void> {
  await until(
    {
      what: `Skipper to have all of version ${wanted}`,
      deadlineMs: 60_000,
      explain: () => Promise.resolve(skipper.output),
    },
    async () => {
      const { ids, versions } = await applied();
      const missing = hosts.filter((name) => !ids.some((id) => id.includes(`${name.replace('-', '_')}__`)));
      // A host without a route answers 404, if only until the next poll.
      if (missing.length > 0 && hasLoaded) throw new HopelessError(`Skipper has lost ${missing.join(', ')}`);
      hasLoaded = missing.length === 0;
      return hasLoaded && versions.length === 1 && versions[0] === wanted;
    },
  );
}

/** Shows the next version; gives its name. */
function change(): string {
  version++;
  api.show(cluster(String(version)));
  return String(version);
}

/** Cuts the next `times` answers with a body as `at` says, then lets all pass. */
function cutNext(times: number, at: (head: string) => number): void {
  let left = times;
  proxy.cutBy((head) => {
    if (!head.startsWith('HTTP/1.1 200') || left === 0) return undefined;
    left--;
    return at(head);
  });
}

/** By what was answered, not by the clock: of the first two answers after the last cut one had the whole table. */
function wasHealedWithinTwoPolls(): void {
  assert.ok(proxy.statusesSinceCut.slice(0, 2).includes('200'), proxy.statusesSinceCut.join(' '));
}

const middleOf = (head: string): number => Math.floor((bodyAt(head) + sizeOf(head)) / 2);

const anywhere: Readonly<Record<string, (head: string) => number>> = {
  'in the headers': () => 40,
  'right behind the headers': bodyAt,
  'in the middle of the body': middleOf,
  'before the last byte': (head) => sizeOf(head) - 1,
};
const encodings: Readonly<Record<string, Readonly<Record<string, (head: string) => number>>>> = {
  compressed: anywhere,
  // What comes before a border is a table by itself, which Skipper takes for the whole one.
  plain: { ...anywhere, 'between two routes': (head) => head.lastIndexOf('\n', middleOf(head)) },
};

const deaths: Readonly<Record<string, (head: string) => number | undefined>> = {
  'at a random place': atRandom,
  'exactly between two routes': atBorder,
};

describe('after a transfer was cut', () => {
  for (const [encoding, cuts] of Object.entries(encodings)) {
    for (const [where, at] of Object.entries(cuts)) {
      test(`of a ${encoding} table, ${where}, once and twice in a row, Skipper has the complete table`, async () => {
        proxy.refuseGzip(encoding === 'plain');
        for (const times of [1, 2]) {
          const cutsBefore = proxy.cuts;
          cutNext(times, at);
          await skipperShows(change());
          assert.equal(proxy.cuts - cutsBefore, times);
          wasHealedWithinTwoPolls();
        }
      });
    }
  }

  for (const where of ['right behind the headers', 'between two routes']) {
    // Nothing but the haste of Skipper's retry tells the route server that something went wrong.
    test(`of a table that a proxy has taken whole, ${where}, once and twice in a row, Skipper has it all`, async () => {
      proxy.refuseGzip(true);
      proxy.takeWhole(true);
      for (const times of [1, 2]) {
        cutNext(times, encodings['plain']?.[where] ?? bodyAt);
        await skipperShows(change());
        wasHealedWithinTwoPolls();
      }
    });
  }

  test('at ten places at random, and at ten borders between routes, Skipper has the complete table', async (t) => {
    t.diagnostic(`FAULT_SEED=${seed}`);
    for (let at = 0; at < 20; at++) {
      const isAtBorder = at % 2 === 0;
      proxy.refuseGzip(isAtBorder || random.chance(0.3));
      const share = random.next();
      const cutsBefore = proxy.cuts;
      cutNext(random.between(1, 2), (head) => {
        const place = Math.floor(bodyAt(head) + share * (sizeOf(head) - bodyAt(head) - 1));
        return isAtBorder ? Math.max(bodyAt(head) + 1, head.lastIndexOf('\n', place)) : place;
      });
      await skipperShows(change());
      assert.ok(proxy.cuts > cutsBefore);
      wasHealedWithinTwoPolls();
    }
  });

  for (const encoding of ['compressed', 'plain']) {
    for (const [where, placeOf] of Object.entries(deaths)) {
      const what = `of a ${encoding} table ${where}, because its replica was killed while the twin serves`;
      test(`${what}, Skipper has the complete table`, async (t) => {
        t.diagnostic(`FAULT_SEED=${seed}, ${rounds} rounds`);
        proxy.refuseGzip(encoding === 'plain');
        for (let round = 0; round < rounds; round++) {
          const died = killWithNextBody(placeOf);
          await skipperShows(change());
          assert.ok(await died(), 'no replica was killed');
          wasHealedWithinTwoPolls();
        }
      });
    }
  }
});

/**
 * The replica that serves is killed with the next body, of which so much arrives as `placeOf` says, and the twin serves
 * from then on. Gives what waits for the dead one's successor, and tells whether it came to that.
 */
function killWithNextBody(placeOf: (head: string) => number | undefined): () => Promise<boolean> {
  const [serving, twin] = ours;
  assert.ok(serving !== undefined && twin !== undefined);
  let death: Promise<unknown> | undefined;
  proxy.cutBy((head) => {
    if (death !== undefined || !head.startsWith('HTTP/1.1 200')) return undefined;
    const place = placeOf(head);
    if (place === undefined) return undefined;
    death = serving.stop('SIGKILL');
    proxy.pointTo(twin.port);
    return place;
  });
  return async () => {
    if (death === undefined) return false;
    await death;
    const successor = await startOurs(args);
    ours.splice(0, 2, twin, successor);
    await successor.answers('/health', 204);
    return true;
  };
}

/** Somewhere in the body, which must not be whole. */
function atRandom(head: string): number {
  return random.between(bodyAt(head) + 1, sizeOf(head) - 1);
}

/** Where a reader who unpacks all that came has a whole number of routes, and not all. */
function atBorder(head: string): number | undefined {
  const body = Buffer.from(head, 'latin1').subarray(bodyAt(head));
  const isGzip = /content-encoding: gzip/i.test(head);
  const readUpTo = (length: number): string => {
    const part = body.subarray(0, length);
    return (isGzip ? gunzipSync(part, { finishFlush: constants.Z_SYNC_FLUSH }) : part).toString();
  };
  const whole = readUpTo(body.length);
  const isBorder = (length: number): boolean => {
    const text = readUpTo(length);
    return text.endsWith(';') && whole.startsWith(`${text}\n`);
  };
  const borders = Array.from(body.keys()).filter((length) => length > gzipHeaderBytes && isBorder(length));
  const chosen = borders[random.between(0, borders.length - 1)];
  return chosen === undefined ? undefined : bodyAt(head) + chosen;
}

test('without a cut each version is sent to a Skipper at most twice', async () => {
  proxy.cutBy(() => undefined);
  const wanted = change();
  const answersBefore = proxy.answers;
  await skipperShows(wanted);
  await unchangedPolls(3);
  assert.ok(proxy.answers - answersBefore <= 2, `${proxy.answers - answersBefore} bodies were sent`);
});

/** Waits until so many polls were answered without a body: whatever is to be sent again has been sent by then. */
async function unchangedPolls(wanted: number): Promise<void> {
  let seen = 0;
  proxy.cutBy((head) => {
    if (head.startsWith('HTTP/1.1 304')) seen++;
    return undefined;
  });
  await until({ what: `${wanted} polls without a change`, deadlineMs: 60_000 }, () => Promise.resolve(seen >= wanted));
}
