/**
 * Checks `spec.tls` and gives the certificates that it asks for.
 *
 * Skipper loads them when it terminates TLS with certificates of the cluster; a route server serves routes only, so
 * here they are told, not loaded.
 */

import type { SecretEntry, TlsHosts, TlsSecret } from '../api/index.ts';
import type { ClusterLookup } from './cluster.ts';
import type { Finding } from './problem.ts';

/** A host whose certificate is in a Secret of its object's namespace. */
export interface CertificateReference {
  readonly host: string;
  readonly namespace: string;
  readonly secretName: string;
}

export interface TlsOutcome {
  readonly certificates: readonly CertificateReference[];
  readonly findings: readonly Finding[];
}

/** The object whose `spec.tls` is checked. */
export interface TlsOwner {
  readonly kind: 'Ingress' | 'RouteGroup';
  readonly namespace: string;
  readonly hosts: readonly string[];
}

const entryProblems: Readonly<Record<Exclude<SecretEntry, 'present'>, (name: string) => string>> = {
  missing: () => 'secret must contain tls.crt and tls.key in data field',
  'not base64': (name) => `failed to decode ${name}: it is not base64`,
  'not PEM': (name) => `failed to create a certificate: ${name} is not PEM`,
};

function describeSecret({ certificate, key, type }: TlsSecret): string | undefined {
  if (certificate === 'missing' || key === 'missing') return entryProblems.missing('');
  if (certificate !== 'present') return entryProblems[certificate]('tls.crt');
  if (key !== 'present') return entryProblems[key]('tls.key');
  return type === 'kubernetes.io/tls' ? undefined : `the secret is of type ${type}, not kubernetes.io/tls`;
}

function secretFinding(tls: TlsHosts, owner: TlsOwner, lookup: ClusterLookup): Omit<Finding, 'field'> | undefined {
  const secret = lookup.secret(owner.namespace, tls.secretName);
  const where = `secret ${tls.secretName} in namespace ${owner.namespace}`;
  if (secret === undefined) return { code: 'tls-secret-not-found', message: `failed to find ${where}` };
  const defect = describeSecret(secret);
  return defect === undefined
    ? undefined
    : { code: 'tls-secret-invalid', message: `failed to use the certificate of ${where}: ${defect}` };
}

function mismatch(tls: TlsHosts, owner: TlsOwner, served: readonly string[]): Finding | undefined {
  if (served.length === tls.hosts.length && served.length > 0) return undefined;
  const lists = `tls hosts: [${tls.hosts.join(' ')}], ${owner.kind} hosts: [${owner.hosts.join(' ')}]`;
  return served.length === 0
    ? { code: 'tls-hosts-mismatch', field: 'spec.tls', message: `no matching tls hosts found - ${lists}` }
    : {
        code: 'tls-hosts-mismatch',
        field: 'spec.tls',
        severity: 'info',
        message: `some tls hosts have no rule - ${lists}`,
      };
}

function outcomeOf(tls: TlsHosts, owner: TlsOwner, lookup: ClusterLookup): TlsOutcome {
  const served = tls.hosts.filter((host) => owner.hosts.includes(host));
  const hostFinding = mismatch(tls, owner, served);
  const findings = hostFinding === undefined ? [] : [hostFinding];
  if (served.length === 0 || tls.secretName === '') return { certificates: [], findings };
  const finding = secretFinding(tls, owner, lookup);
  if (finding !== undefined) return { certificates: [], findings: [...findings, { field: 'spec.tls', ...finding }] };
  const { namespace } = owner;
  const certificates = served.map((host) => ({ host, namespace, secretName: tls.secretName }));
  return { certificates, findings };
}

export function tlsOutcome(entries: readonly TlsHosts[], owner: TlsOwner, lookup: ClusterLookup): TlsOutcome {
  const outcomes = entries.map((tls) => outcomeOf(tls, owner, lookup));
  return {
    certificates: outcomes.flatMap(({ certificates }) => certificates),
    findings: outcomes.flatMap(({ findings }) => findings),
  };
}
