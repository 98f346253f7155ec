/** Mutual TLS, asked of the original and of ours with the same flags. */
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
import { startOriginal, startOurs } from './programs.ts';
import type { Running } from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'routesrv-mtls-'));
const authority = createAuthority('fleet');
const client = certify(authority, { commonName: 'skipper' });
const api = new ListApi();
let servers: Readonly<Record<'original' | 'ours', Running>>;

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

before(async () => {
  const { certificate, key } = certify(authority, { commonName: 'routesrv', hosts: ['127.0.0.1'] });
  api.show(aCluster());
  const args = [
    `-kubernetes-url=${await api.listen()}`,
    '-enable-kubernetes-endpointslices',
    '-enable-mtls',
    `-tls-cert=${write('server.crt', certificate)}`,
    `-tls-key=${write('server.key', key)}`,
    `-mtls-authn-ca=${write('ca.crt', authority.certificate)}`,
  ];
  const [original, ours] = await Promise.all([startOriginal(args), startOurs(args)]);
  servers = { original, ours };
});

after(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  api.close();
  rmSync(folder, { recursive: true, force: true });
});

function statusOf(port: number, path: string, own: { readonly cert?: string; readonly key?: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, agent: false as const, ca: authority.certificate, ...own };
    const sent = request(options, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

for (const who of ['original', 'ours'] as const) {
  test(`${who}: only who has a certificate of the CA gets the table, and nobody gets it without TLS`, async () => {
    const { port, output } = servers[who];
    const own = { cert: client.certificate, key: client.key };
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
