/** Access to an instance's API server: for us, for its components and for the administrator's kubeconfig. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { networksOf, portsOf } from '../instance/addresses.ts';
import type { Instance } from '../instance/registry.ts';
import { Pki } from '../pki/authority-store.ts';
import type { Subject } from '../pki/certificate.ts';
import type { ApiAccess } from './api.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** Where the administrator's kubeconfig of an instance is. */
export const kubeconfigOf = ({ folder }: Instance): string => join(folder, 'kubeconfig');

/** URL of an instance's API server on this machine. */
export const serverOf = ({ index }: Instance): string => `https://127.0.0.1:${portsOf(index).apiServer}`;

/** The administrator's access; undefined before the instance was booted for the first time. */
export function findAccess(instance: Instance): ApiAccess | undefined {
  const paths = ['ca.crt', 'admin.crt', 'admin.key'].map((file) => join(instance.folder, 'pki', file));
  if (!paths.every((path) => existsSync(path))) return undefined;
  const [authority = '', certificate = '', key = ''] = paths.map((path) => readFileSync(path, 'utf8'));
  return { server: serverOf(instance), authority, certificate, key };
}

/** Makes what certificates and kubeconfigs an API server needs. The CA and the service account key are kept. */
export function prepareAccess(instance: Instance): { pki: Pki; access: ApiAccess } {
  const pki = new Pki(instance.folder);
  const networks = networksOf(instance.index);
  const service = 'kubernetes.default.svc';
  pki.issue('kube-apiserver', {
    commonName: 'kube-apiserver',
    hosts: [
      ...['localhost', 'kubernetes', 'kubernetes.default', service, `${service}.cluster.local`],
      ...['127.0.0.1', networks.apiServerService, networks.hostAddress],
    ],
  });
  const certified = pki.issue('admin', { commonName: 'admin', organisations: ['system:masters'] });
  const server = serverOf(instance);
  const cluster = { name: instance.id, server, authority: pki.authority };
  writeKubeconfig(kubeconfigOf(instance), cluster, { certified });
  return { pki, access: { server, authority: pki.authority, ...certified } };
}

/** Writes the kubeconfig of a component, with a certificate of its own, and gives its path. */
export function componentKubeconfig(
  instance: Instance,
  name: string,
  subject: Subject,
  server = serverOf(instance),
): string {
  const pki = new Pki(instance.folder);
  const path = pki.path(`${name}.kubeconfig`);
  writeKubeconfig(
    path,
    { name: instance.id, server, authority: pki.authority },
    { certified: pki.issue(name, subject) },
  );
  return path;
}
