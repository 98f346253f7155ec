/**
 * Gets values of flags; gives the files for mutual TLS with clients and with peers, or what is wrong with them.
 *
 * As in the original only `-enable-mtls` turns TLS on, and then every client needs a certificate. Source:
 * routesrv/routesrv.go and `Options.TlsConfig` of Skipper v0.27.65.
 */
import type { Complaints, FlagValues } from '../compile/index.ts';

/** The oldest version of TLS that is spoken. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Paths of PEM files, and what is asked of clients. */
export interface MutualTls {
  readonly pairs: readonly { readonly certPath: string; readonly keyPath: string }[];
  /** CAs of clients' certificates. */
  readonly caPaths: readonly string[];
  readonly trustsSystemCas: boolean;
  readonly minVersion: TlsVersion;
}

const versions: Readonly<Record<string, TlsVersion>> = {
  '1.0': 'TLSv1',
  '10': 'TLSv1',
  '1.1': 'TLSv1.1',
  '11': 'TLSv1.1',
  '1.3': 'TLSv1.3',
  '13': 'TLSv1.3',
};

/** Undefined where mutual TLS is off. What could only refuse every client is a complaint: the original would start. */
export function mutualTls(values: FlagValues, complaints: Complaints): MutualTls | undefined {
  if (!values.isSet('enable-mtls')) return undefined;
  const [certs, keys] = [values.list('tls-cert'), values.list('tls-key')];
  const caPaths = values.list('mtls-authn-ca');
  const trustsSystemCas = values.isSet('mtls-authn-append-ca');
  if (certs.length === 0 || certs.length !== keys.length) {
    complaints.about('enable-mtls', 'needs -tls-cert and -tls-key, with as many certificates as keys', undefined);
  }
  if (caPaths.length === 0 && !trustsSystemCas) {
    complaints.about('enable-mtls', 'needs -mtls-authn-ca: without a CA no client could be let in', undefined);
  }
  const wanted = values.text('tls-min-version');
  return {
    pairs: certs.map((certPath, at) => ({ certPath, keyPath: keys[at] ?? '' })),
    ...{ caPaths, trustsSystemCas },
    // What Skipper does not know it takes for its default.
    minVersion: (Object.hasOwn(versions, wanted) ? versions[wanted] : undefined) ?? 'TLSv1.2',
  };
}

/** Paths of PEM files for peers that are asked by https. */
export interface PeerTls {
  /** What is shown to peers; undefined: nothing. */
  readonly pair: { readonly certPath: string; readonly keyPath: string } | undefined;
  /** CAs of peers' certificates; none: the system's. */
  readonly caPaths: readonly string[];
}

/** Reads our own flags for peers. */
export function peerTls(values: FlagValues, complaints: Complaints): PeerTls {
  const [certPath, keyPath] = [values.text('peer-tls-cert'), values.text('peer-tls-key')];
  if ((certPath === '') !== (keyPath === '')) {
    complaints.about('peer-tls-cert', 'and -peer-tls-key go together: give both or neither', undefined);
  }
  return { pair: certPath === '' ? undefined : { certPath, keyPath }, caPaths: values.list('peer-tls-ca') };
}
