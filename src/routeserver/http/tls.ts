/**
 * Gets paths of certificates, keys and CAs; gives what a listener needs to ask every client for its certificate, and what
 * a replica needs to be such a client of another.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { SecureContext, SecureContextOptions, TlsOptions } from 'node:tls';
import type { MutualTls, PeerTls } from '../tls-options.ts';

/** Reads the files, once: as with the original, new ones need a new start. Throws an error that names flag and file. */
export function loadTls({ pairs, caPaths, trustsSystemCas, minVersion }: MutualTls): TlsOptions {
  const ca = [
    ...(trustsSystemCas ? getCACertificates('system') : []),
    ...caPaths.map((path) => readPem('mtls-authn-ca', path)),
  ];
  const served = pairs.map(({ certPath, keyPath }) => {
    const [cert, key] = [readPem('tls-cert', certPath), readPem('tls-key', keyPath)];
    return {
      cert,
      key,
      context: contextOf('-tls-cert, -tls-key', `${certPath} and ${keyPath}`, { cert, key, ca, minVersion }),
    };
  });
  const [first] = served;
  const contexts = served.map(({ cert, context }) => ({ certificate: new X509Certificate(cert), context }));
  return {
    ...{ cert: first?.cert, key: first?.key, ca, minVersion, requestCert: true, rejectUnauthorized: true },
    SNICallback: (name, done) => {
      done(
        null,
        (contexts.find(({ certificate }) => certificate.checkHost(name) !== undefined) ?? contexts[0])?.context,
      );
    },
  };
}

/** Reads the files for peers, once. Throws an error that names flag and file. */
export function loadPeerTls({ pair, caPaths }: PeerTls): SecureContextOptions {
  const ca = caPaths.length === 0 ? {} : { ca: caPaths.map((path) => readPem('peer-tls-ca', path)) };
  if (pair === undefined) return ca;
  const { certPath, keyPath } = pair;
  const own = { cert: readPem('peer-tls-cert', certPath), key: readPem('peer-tls-key', keyPath) };
  contextOf('-peer-tls-cert, -peer-tls-key', `${certPath} and ${keyPath}`, own);
  return { ...own, ...ca };
}

function readPem(flag: string, path: string): string {
  try {
    const pem = readFileSync(path, 'utf8');
    if (pem.includes('-----BEGIN ')) return pem;
  } catch (error) {
    throw new Error(`-${flag}: ${path} cannot be read: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
  throw new Error(`-${flag}: ${path} is not in PEM format`);
}

/** OpenSSL's own words never hold the key. */
function contextOf(flags: string, files: string, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new Error(`${flags}: ${files} do not go together: ${why}`, { cause: error });
  }
}
