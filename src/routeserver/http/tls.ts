/**
 * Gets paths of certificates, keys and CAs; gives what a listener needs to ask every client for its certificate.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { SecureContext, TlsOptions } from 'node:tls';
import type { MutualTls } from '../tls-options.ts';

/** Reads the files, once: as with the original, new ones need a new start. Throws an error that names flag and file. */
export function loadTls({ pairs, caPaths, trustsSystemCas, minVersion }: MutualTls): TlsOptions {
  const ca = [
    ...(trustsSystemCas ? getCACertificates('system') : []),
    ...caPaths.map((path) => readPem('mtls-authn-ca', path)),
  ];
  const served = pairs.map(({ certPath, keyPath }) => {
    const [cert, key] = [readPem('tls-cert', certPath), readPem('tls-key', keyPath)];
    return { cert, key, context: contextOf(`${certPath} and ${keyPath}`, { cert, key, ca, minVersion }) };
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
function contextOf(files: string, options: Parameters<typeof createSecureContext>[0]): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new Error(
      `-tls-cert, -tls-key: ${files} do not go together: ${error instanceof Error ? error.message : ''}`,
      {
        cause: error,
      },
    );
  }
}
