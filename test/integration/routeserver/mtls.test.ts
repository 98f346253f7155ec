/** Mutual TLS: asked of the original and of ours with the same flags, by a replica that starts, and by a Skipper. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { certify, createAuthority } from '../../harness/pki/certificate.ts';
import { until } from '../../harness/wait.ts';
import { ListApi } from './list-api.ts';
import { aCluster } from './manifests.ts';
import { startOriginal, startOurs, startSkipper } from './programs.ts';
import type { Running } from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'routesrv-mtls-'));
const authority = createAuthority('fleet');
const client = certify(authority, { commonName: 'skipper' });
const own = { cert: client.certificate, key: client.key };
const api = new ListApi();
let flags: readonly string[];
let servers: Readonly<Record<'original' | 'ours', Running>>;

const path = (name: string): string => join(folder, name);

function write(name: string, text: string): string {
  writeFileSync(path(name), text);
  return path(name);
}

before(async () => {
  const { certificate, key } = certify(authority, { commonName: 'routesrv', hosts: ['127.0.0.1'] });
  api.show(aCluster());
  flags = [
    `-kubernetes-url=${await api.listen()}`,
    '-enable-kubernetes-endpointslices',
    '-kubernetes-redis-service-namespace=default',
    '-kubernetes-redis-service-name=shop',
    '-enable-mtls',
    `-tls-cert=${write('server.crt', certificate)}`,
    `-tls-key=${write('server.key', key)}`,
    `-mtls-authn-ca=${write('ca', authority.certificate)}`,
  ];
  const [original, ours] = await Promise.all([startOriginal(flags), startOurs(flags)]);
  servers = { original, ours };
});

after(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  api.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Own {
  readonly cert?: string;
  readonly key?: string;
}

async function statusOf(port: number, target: string, own: Own): Promise<number> {
  return (await ask(port, target, own)).status;
}

function ask(port: number, target: string, own: Own): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: target, agent: false as const, ca: authority.certificate, ...own };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

for (const who of ['original', 'ours'] as const) {
  test(`${who}: only who has a certificate of the CA gets the table, and nobody gets it without TLS`, async () => {
    const { port, output } = servers[who];
    const explain = () => Promise.resolve(output);
    const what = { what: `${who} to be healthy`, deadlineMs: 60_000, explain };
    await until(what, async () => (await statusOf(port, '/health', own)) === 204);
    assert.equal(await statusOf(port, '/routes', own), 200);
    await assert.rejects(statusOf(port, '/routes', {}));
    const plain = await fetch(`http://127.0.0.1:${port}/routes`).then(
      ({ status }) => status,
      () => 0,
    );
    assert.notEqual(plain, 200);
  });
}

test('while the API server is away a replica starts from its peer, which lets it in by its certificate', async (t) => {
  const { ours } = servers;
  await until({ what: 'the peer to have shards', deadlineMs: 60_000 }, async () =>
    (await ask(ours.port, '/swarm/redis/shards', own)).text.includes('10.2.0.1'),
  );
  api.break(true);
  t.after(() => {
    api.break(false);
  });
  const peer = [
    `-peer-urls=https://127.0.0.1:${ours.port}/routes`,
    '-boot-patience=100ms',
    '-peer-tls-ca=' + path('ca'),
  ];
  const pair = [`-peer-tls-cert=${write('peer.crt', own.cert)}`, `-peer-tls-key=${write('peer.key', own.key)}`];

  const stranger = await startOurs([...flags, ...peer]);
  t.after(() => stranger.stop());
  await stranger.says(/a peer could not help/, 60_000);
  // The support listener tells probes, which have no certificate, how it stands.
  assert.equal((await fetch(`${stranger.supportUrl}/health`)).status, 503);

  const replica = await startOurs([...flags, ...peer, ...pair]);
  t.after(() => replica.stop());
  const healthy = { what: 'the replica to serve', deadlineMs: 60_000, explain: () => Promise.resolve(replica.output) };
  await until(healthy, async () => (await probe(`${replica.supportUrl}/health`)) === 204);
  for (const shared of ['/routes', '/swarm/redis/shards']) {
    assert.deepEqual(await ask(replica.port, shared, own), await ask(ours.port, shared, own));
  }
  await replica.says(/serving a last known good table/);
});

const probe = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

test('a Skipper has no certificate to show, and ends at its start', async (t) => {
  const { ours } = servers;
  const env = { SSL_CERT_FILE: path('ca') };
  const skipper = await startSkipper([`https://127.0.0.1:${ours.port}/routes`], 1_000, env);
  t.after(() => skipper.stop());
  await until({ what: 'Skipper to end', deadlineMs: 60_000 }, () => Promise.resolve(skipper.hasExited));
  await skipper.says(/certificate required|bad certificate/);
});
