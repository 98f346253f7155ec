/** The bundled route server, of whose packages much is left out, comes to the API server in every way that there was. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer as createApi } from 'node:https';
import { createServer as createProxy } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { certify, createAuthority } from '../test/harness/pki/certificate.ts';
import { buildDist } from './build.ts';

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
const authority = createAuthority('tests');
const { certificate, key } = certify(authority, { commonName: 'api', hosts: ['127.0.0.1'] });
const client = certify(authority, { commonName: 'routesrv' });
const api = createApi({
  cert: certificate,
  key,
  ca: authority.certificate,
  requestCert: true,
  rejectUnauthorized: false,
});

before(async () => {
  await buildDist(join(folder, 'dist'));
  await once(api.listen(0, '127.0.0.1'), 'listening');
});
after(() => {
  api.close();
  api.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const waiting = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(60_000) });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Starts the bundle with a kubeconfig; gives what `visit` resolves with, and ends it. */
async function visited<T>(user: object, visit: Promise<T>, proxy?: string): Promise<T> {
  const cluster = {
    server: `https://127.0.0.1:${portOf(api)}`,
    'certificate-authority-data': base64(authority.certificate),
    ...(proxy === undefined ? {} : { 'proxy-url': proxy }),
  };
  const config = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  };
  const flags = ['-kubernetes', '-address=127.0.0.1:0', '-support-listener=127.0.0.1:0'];
  const program = spawn(process.execPath, [join(folder, 'dist/lib/routesrv/routesrv.js'), ...flags], {
    env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: file('kubeconfig', JSON.stringify(config)) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [program.stdout, program.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(program, 'exit');
  try {
    return await Promise.race([visit, exited.then(() => assert.fail(`it has exited: ${output}`))]);
  } finally {
    program.kill('SIGKILL');
    await exited;
  }
}

/** The next call's credentials. */
async function nextCall(): Promise<{ authorization: string | undefined; certificateOf: string | undefined }> {
  const [request] = (await once(api, 'request', waiting())) as [IncomingMessage];
  assert.ok(request.socket instanceof TLSSocket);
  return {
    authorization: request.headers.authorization,
    certificateOf: request.socket.getPeerX509Certificate()?.subject,
  };
}

const credential = {
  apiVersion: 'client.authentication.k8s.io/v1',
  kind: 'ExecCredential',
  status: { token: 'of-a-program' },
};
const inAnHour = Math.floor(Date.now() / 1000) + 3600;
const idToken = [{ alg: 'none' }, { exp: inAnHour }].map((part) => base64(JSON.stringify(part))).join('.') + '.x';
const printed = JSON.stringify({ token: { value: 'of-a-cloud', until: '2100-01-01T00:00:00Z' } });
const cloud = {
  'cmd-path': process.execPath,
  'cmd-args': file('cloud.cjs', `process.stdout.write(${JSON.stringify(printed)})`),
  'token-key': '{.token.value}',
  'expiry-key': '{.token.until}',
};

describe('the bundled route server, with a kubeconfig', () => {
  const bearers: Record<string, { user: object; authorization: string }> = {
    'a token': { user: { token: 'sesame' }, authorization: 'Bearer sesame' },
    'the file of a token': { user: { tokenFile: file('token', 'of-a-file\n') }, authorization: 'Bearer of-a-file' },
    'a name and a password': { user: { username: 'a', password: 'b' }, authorization: `Basic ${base64('a:b')}` },
    'a program that prints a credential': {
      user: { exec: { command: process.execPath, args: ['-p', JSON.stringify(JSON.stringify(credential))] } },
      authorization: 'Bearer of-a-program',
    },
    'a token of OpenID Connect': {
      user: { 'auth-provider': { name: 'oidc', config: { 'id-token': idToken } } },
      authorization: `Bearer ${idToken}`,
    },
    'the program of Azure': {
      user: { 'auth-provider': { name: 'azure', config: cloud } },
      authorization: 'Bearer of-a-cloud',
    },
    'the program of Google Cloud': {
      user: { 'auth-provider': { name: 'gcp', config: cloud } },
      authorization: 'Bearer of-a-cloud',
    },
  };
  for (const [name, { user, authorization }] of Object.entries(bearers)) {
    test(`calls with ${name}`, async () => {
      assert.deepEqual(await visited(user, nextCall()), { authorization, certificateOf: undefined });
    });
  }

  test('calls with a client certificate', async () => {
    const user = { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) };
    assert.deepEqual(await visited(user, nextCall()), { authorization: undefined, certificateOf: 'CN=routesrv' });
  });

  const proxies = { http: 'CONNECT 127.0.0.1:', socks5: '\u0005' };
  for (const [scheme, greeting] of Object.entries(proxies)) {
    test(`goes through a proxy that speaks ${scheme}`, async (t) => {
      const proxy = createProxy();
      await once(proxy.listen(0, '127.0.0.1'), 'listening');
      t.after(() => proxy.close());
      const said = once(proxy, 'connection', waiting()).then(async ([socket]: Socket[]) => {
        const [bytes] = (await once(socket as Socket, 'data')) as [Buffer];
        return bytes.toString('latin1');
      });
      const greeted = await visited({ token: 'sesame' }, said, `${scheme}://127.0.0.1:${portOf(proxy)}`);
      assert.equal(greeted.slice(0, greeting.length), greeting);
    });
  }
});
