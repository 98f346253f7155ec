import assert from 'node:assert/strict';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { certify, createAuthority } from './certificate.ts';
import { integer, oid } from './der.ts';

const authority = createAuthority('test-ca');
const subject = { commonName: 'someone', organisations: ['first', 'second'], hosts: ['localhost', '127.0.0.1'] };

test('a certificate names its user, groups and hosts, and the authority vouches for it', () => {
  const { certificate, key } = certify(authority, subject);
  const [leaf, ca] = [new X509Certificate(certificate), new X509Certificate(authority.certificate)];
  assert.equal(leaf.subject, 'O=first\nO=second\nCN=someone');
  assert.equal(leaf.subjectAltName, 'DNS:localhost, IP Address:127.0.0.1');
  assert.ok(leaf.verify(ca.publicKey));
  assert.ok(leaf.checkIssued(ca));
  assert.ok(leaf.checkPrivateKey(createPrivateKey(key)));
  assert.deepEqual([ca.ca, leaf.ca], [true, false]);
});

test('both sides of a TLS connection accept them', async () => {
  const server = createServer({
    ...pair(),
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const client = connect({ ...pair(), ca: authority.certificate, host: '127.0.0.1', port: address.port });
  // With rejectUnauthorized, the server shows the connection to nobody unless it trusts the client.
  await Promise.all([once(server, 'secureConnection'), once(client, 'secureConnect')]);
  assert.ok(client.authorized);
  client.destroy();
  server.close();
});

test('a stranger’s certificate is not ours', () => {
  const stranger = createAuthority('test-ca');
  const leaf = new X509Certificate(certify(stranger, subject).certificate);
  assert.ok(!leaf.verify(new X509Certificate(authority.certificate).publicKey));
});

test('numbers and identifiers are written as X.690 says', () => {
  assert.equal(integer(Buffer.from([0, 0, 0x7f])).toString('hex'), '02017f');
  assert.equal(integer(Buffer.from([0x80])).toString('hex'), '02020080');
  assert.equal(integer(Buffer.from([0])).toString('hex'), '020100');
  assert.equal(oid('1.2.840.10045.4.3.2').toString('hex'), '06082a8648ce3d040302');
});

function pair(): { cert: string; key: string } {
  const { certificate, key } = certify(authority, subject);
  return { cert: certificate, key };
}
