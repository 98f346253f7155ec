/** What real Skippers reject is named by the shadow, with their reasons and without credentials. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Agent } from 'undici';
import { Comparator } from '../../../src/operator/shadow/comparator.ts';
import { PairReader } from '../../../src/operator/shadow/pair-reader.ts';
import { ReadTimes } from '../../../src/operator/shadow/read-times.ts';
import type { Peer } from '../../../src/operator/shadow/shadow-round.ts';
import { TableReader } from '../../../src/operator/shadow/table-reader.ts';
import { systemClock } from '../../../src/runtime/index.ts';
import type { Comparison, ComparisonOptions } from '../../../src/shadow/index.ts';
import { endServer, listenOnLoopback } from '../../support/loopback.ts';
import { startSkipper, startSkipperWith, type Running } from '../routeserver/programs.ts';

const secret = 's3cret';
const routes = `
fine: Path("/fine") -> inlineContent("fine") -> <shunt>;
kube_shop__cart____x: Host(/^cart[.]example[.]org$/) && PathSubtree("/x") -> noSuchFilter("a") -> <shunt>;
kube_shop__login: Path("/login") -> basicAuth("/no/such/file/${secret}") -> <shunt>;
kube_shop__mirror: Path("/mirror") -> tee("http://user:${secret}@x y/") -> <shunt>;
kube_shop__header: HeaderRegexp("Authorization", "[${secret}") -> <shunt>;
kube_shop__backend: Path("/backend") -> "http://user:${secret}@x:y";
kube_shop__script: Path("/script") -> lua("function (") -> <shunt>;
kube_shop__token: Path("/token") -> oauthTokeninfoAnyScope("read") -> <shunt>;
`;

describe('routes that the fed Skipper rejects', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rejected-routes-'));
  const file = join(folder, 'routes.eskip');
  const dispatcher = new Agent();
  const comparator = new Comparator();
  const source = createServer((_, response) => response.end(routes));
  let fed: Running;

  before(async () => {
    writeFileSync(file, routes);
    fed = await startSkipper([await listenOnLoopback(source)], 500);
    await fed.answers('/fine', 200);
  });
  after(async () => {
    await fed.stop();
    await dispatcher.close();
    await comparator.stop();
    endServer(source);
    rmSync(folder, { recursive: true });
  });

  const peer = (pod: string, { supportPort }: Running): Peer => ({
    pod,
    host: '127.0.0.1',
    port: supportPort,
    zone: '',
  });

  async function compare(direct: Running, options: Partial<ComparisonOptions> = {}): Promise<Comparison> {
    const signal = AbortSignal.timeout(60_000);
    const reader = new TableReader(dispatcher);
    const pairs = new PairReader({
      times: new ReadTimes(systemClock),
      reader,
      comparator,
      signal,
      namesRejected: true,
    });
    const pair = { direct: peer('direct', direct), fed: peer('fed', fed) };
    const round = await pairs.read([pair], { tolerate: [], maxSamples: 10, ...options }, 0);
    const [evidence] = 'evidence' in round ? round.evidence : [];
    return evidence?.outcome === 'compared' ? evidence.comparison : assert.fail(JSON.stringify(evidence));
  }

  test('are named with its reasons, in order and without credentials, and differ in nothing', async (context) => {
    const direct = await startSkipperWith([`-routes-file=${file}`]);
    context.after(() => direct.stop());
    await direct.answers('/fine', 200);
    const { counts, samples, differences } = await compare(direct);
    assert.deepEqual(
      { counts, differences },
      { counts: { added: 0, removed: 0, changed: 0, rejected: 7, tolerated: 0 }, differences: [] },
    );
    const told = samples.map(({ routeId, kind, difference }) => `${routeId} ${kind} ${difference}`);
    assert.deepEqual(told, [
      'kube_shop__backend RejectedBySkipper failed_backend_split: failed to parse backend address…; Path("/backend")',
      'kube_shop__cart____x RejectedBySkipper unknown_filter: filter "noSuchFilter" not found; Host("^cart[.]example[.]org$") && PathSubtree("/x")',
      'kube_shop__header RejectedBySkipper error parsing regexp: missing closing ]:…',
      'kube_shop__login RejectedBySkipper invalid_filter_params: failed to create filter basicAuth…; Path("/login")',
      'kube_shop__mirror RejectedBySkipper invalid_filter_params: failed to create filter tee…; Path("/mirror")',
      `kube_shop__script RejectedBySkipper invalid_filter_params: failed to create filter lua("function ("): <script> line:1(column:10) near '(': syntax error; Path("/script")`,
      'kube_shop__token RejectedBySkipper unknown_filter: filter "oauthTokeninfoAnyScope" not found; Path("/token")',
    ]);
    const tolerated = await compare(direct, { tolerate: [{ route: '__token$', class: 'RejectedBySkipper' }] });
    assert.deepEqual([tolerated.counts.rejected, tolerated.counts.tolerated], [6, 1]);
  });

  test('are differences where the direct one uses them, for it has the flag that they need', async (context) => {
    const direct = await startSkipperWith([`-routes-file=${file}`, '-oauth2-tokeninfo-url=http://127.0.0.1:9/']);
    context.after(() => direct.stop());
    await direct.answers('/fine', 200);
    const { counts, samples } = await compare(direct);
    assert.deepEqual(counts, { added: 0, removed: 1, changed: 0, rejected: 6, tolerated: 0 });
    assert.deepEqual(samples[0], {
      routeId: 'kube_shop__token',
      kind: 'RejectedBySkipper',
      difference:
        'used by the direct Skipper, rejected by the fed one: ' +
        'unknown_filter: filter "oauthTokeninfoAnyScope" not found; Path("/token")',
    });
  });
});
