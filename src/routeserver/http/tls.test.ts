import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { certify, createAuthority } from '../../../test/harness/pki/certificate.ts';
import type { MutualTls } from '../tls-options.ts';
import { Listener } from './listener.ts';
import { loadTls } from './tls.ts';

const folder = mkdtempSync(join(tmpdir(), 'routesrv-tls-'));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

const [authority, stranger] = [createAuthority('ours'), createAuthority('strange')];
const client = certify(authority, { commonName: 'skipper' });

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function pairFor(host: string): MutualTls['pairs'][number] {
  const { certificate, key } = certify(authority, { commonName: host, hosts: [host] });
  return { certPath: write(`${host}.crt`, certificate), keyPath: write(`${host}.key`, key) };
}

const settings: MutualTls = {
  pairs: [pairFor('localhost'), pairFor('routes.example.org')],
  caPaths: [write('ca.crt', authority.certificate)],
  trustsSystemCas: false,
  minVersion: 'TLSv1.2',
};

async function serving(t: TestContext, tls: MutualTls): Promise<number> {
  const listener = new Listener({
    address: { host: '127.0.0.1', port: 0 },
    tls: loadTls(tls),
    answer: (_request, response) => {
      response.end('routes');
    },
  });
  await listener.listen();
  t.after(() => listener.close(AbortSignal.abort()));
  return listener.port;
}

interface Asking {
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly maxVersion?: 'TLSv1.2';
}

/** The answer, and whom the server's certificate is for. */
function askOver(port: number, asking: Asking): Promise<{ readonly text: string; readonly subject: string }> {
  const options = {
    host: '127.0.0.1',
    port,
    agent: false as const,
    ca: authority.certificate,
    servername: 'localhost',
  };
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, ...asking }, (response) => {
      let text = '';
      const { socket } = response;
      const subject =
        'getPeerCertificate' in socket
          ? (socket.getPeerCertificate as () => { subject: { CN: string } })().subject.CN
          : '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ text, subject });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

const own = { cert: client.certificate, key: client.key };

test('a client with a certificate of the CA is served', async (t) => {
  assert.equal((await askOver(await serving(t, settings), own)).text, 'routes');
});

test('the certificate for the name that the client asks for is shown, the first one to all others', async (t) => {
  const port = await serving(t, settings);
  const subjects = ['localhost', 'routes.example.org'].map(
    async (servername) => (await askOver(port, { ...own, servername })).subject,
  );
  assert.deepEqual(await Promise.all(subjects), ['localhost', 'routes.example.org']);
});

describe('nobody else is served:', () => {
  const other = certify(stranger, { commonName: 'skipper' });
  const refused: Readonly<Record<string, Asking>> = {
    'a client without a certificate': {},
    'a client with a certificate of another CA': { cert: other.certificate, key: other.key },
  };
  for (const [who, asking] of Object.entries(refused)) {
    for (const servername of ['localhost', 'routes.example.org']) {
      test(`${who}, at ${servername}`, async (t) => {
        await assert.rejects(askOver(await serving(t, settings), { ...asking, servername }));
      });
    }
  }

  test('a client that speaks an older TLS than is wanted', async (t) => {
    const port = await serving(t, { ...settings, minVersion: 'TLSv1.3' });
    await assert.rejects(askOver(port, { ...own, maxVersion: 'TLSv1.2' }));
  });
});

describe('a file that is of no use keeps the program from starting, and is named:', () => {
  const [first] = settings.pairs;
  assert.ok(first !== undefined);
  const broken: Readonly<Record<string, readonly [Partial<MutualTls>, RegExp]>> = {
    'a CA that is not there': [{ caPaths: ['/nowhere/ca.crt'] }, /^-mtls-authn-ca: \/nowhere\/ca\.crt cannot be read/],
    'a certificate that is none': [
      { pairs: [{ ...first, certPath: write('text', 'hello') }] },
      /^-tls-cert: .* is not in PEM format/,
    ],
    'a key of another certificate': [
      { pairs: [{ ...first, keyPath: pairFor('other').keyPath }] },
      /^-tls-cert, -tls-key: .* do not go together/,
    ],
  };
  for (const [what, [change, message]] of Object.entries(broken)) {
    test(what, () => {
      assert.throws(() => loadTls({ ...settings, ...change }), { message });
    });
  }
});
