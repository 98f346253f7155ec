/** Kubeconfigs: self-contained, so that they may be copied away from the instance. */
import { stringify } from 'yaml';
import { writeWhole } from '../files.ts';
import type { Certified } from '../pki/certificate.ts';

/** As whom to speak to the API server. */
export type Credentials =
  | { readonly certified: Certified }
  | { readonly token: string }
  | {
      readonly certified: Certified;
      readonly impersonate: { readonly user: string; readonly groups: readonly string[] };
    };

/** Writes a kubeconfig with one cluster, one user and one context, readable by its owner only. */
export function writeKubeconfig(
  path: string,
  cluster: { readonly name: string; readonly server: string; readonly authority: string },
  credentials: Credentials,
): void {
  const { name, server, authority } = cluster;
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name, user: userOf(credentials) }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  writeWhole(path, stringify(kubeconfig, { lineWidth: 0 }), 0o600);
}

function userOf(credentials: Credentials): Record<string, unknown> {
  if ('token' in credentials) return { token: credentials.token };
  const { certificate, key } = credentials.certified;
  const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
  if (!('impersonate' in credentials)) return user;
  return { ...user, as: credentials.impersonate.user, 'as-groups': credentials.impersonate.groups };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
