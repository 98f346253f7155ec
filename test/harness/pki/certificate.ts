/**
 * Certificates for a cluster that lives for hours: EC keys (P-256), signed by a CA of its own.
 * Written here rather than by openssl, so that a machine needs no program for it.
 */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bits, element, integer, octets, oid, sequence, setOf, tagged, utcTime, utf8, yes } from './der.ts';

/** A key pair and its certificate, in PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** Something that signs: a CA, with the name that its certificates show as issuer. */
export interface Authority extends Certified {
  readonly name: string;
}

/** Whom a certificate speaks for; Kubernetes reads the user from the common name and groups from the organisations. */
export interface Subject {
  readonly commonName: string;
  readonly organisations?: readonly string[];
  /** DNS names and IPv4 addresses under which it serves. */
  readonly hosts?: readonly string[];
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const yearMs = 365 * 24 * 3_600_000;

/** A new CA. */
export function createAuthority(name: string): Authority {
  const { privateKey, publicKey } = newKeyPair();
  const usage = extension('2.5.29.15', bits(Buffer.from([0x06]), 1)); // keyCertSign, cRLSign
  const constraints = extension('2.5.29.19', sequence(yes()));
  const subject = { commonName: name };
  const certificate = issue({ subject, publicKey, issuer: name, signer: privateKey, extensions: [usage, constraints] });
  return { name, certificate, key: pem(privateKey) };
}

/** A certificate for clients and servers alike. */
export function certify(authority: Authority, subject: Subject): Certified {
  const { privateKey, publicKey } = newKeyPair();
  const extensions = [
    extension('2.5.29.15', bits(Buffer.from([0x80]), 7)), // digitalSignature
    extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))), // server, client
    ...(subject.hosts?.length ? [extension('2.5.29.17', sequence(...subject.hosts.map(generalName)))] : []),
  ];
  const certificate = issue({
    subject,
    publicKey,
    issuer: authority.name,
    signer: createPrivateKey(authority.key),
    extensions,
  });
  return { certificate, key: pem(privateKey) };
}

/** A key pair to sign and check service account tokens with. */
export function createSigningKey(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = newKeyPair();
  return { privateKey: pem(privateKey), publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

interface Request {
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

function issue({ subject, publicKey, issuer, signer, extensions }: Request): string {
  const now = Date.now();
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))), // version 3
    integer(randomBytes(16)),
    ecdsaWithSha256,
    distinguishedName({ commonName: issuer }),
    // One hour back: a virtual machine's clock may jump when it wakes up.
    sequence(utcTime(new Date(now - 3_600_000)), utcTime(new Date(now + 10 * yearMs))),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions)),
  );
  const der = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName({ commonName, organisations = [] }: Subject): Buffer {
  const attribute = (type: string, value: string): Buffer => setOf(sequence(oid(type), utf8(value)));
  return sequence(...organisations.map((value) => attribute('2.5.4.10', value)), attribute('2.5.4.3', commonName));
}

function generalName(host: string): Buffer {
  if (isIPv4(host)) return element(0x87, Buffer.from(host.split('.').map(Number)));
  return element(0x82, Buffer.from(host));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), octets(value));
}

const newKeyPair = (): { privateKey: KeyObject; publicKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

const pem = (key: KeyObject): string => key.export({ type: 'sec1', format: 'pem' }).toString();
