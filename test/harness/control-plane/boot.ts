/**
 * Boots etcd, kube-apiserver and kube-controller-manager as ordinary processes of the calling user.
 * Gets an instance (folder, ports) and the paths of the programs; leaves a kubeconfig that works in the instance's folder.
 */
import { join } from 'node:path';
import { networksOf, portsOf } from '../instance/addresses.ts';
import type { Instance } from '../instance/registry.ts';
import type { Pki } from '../pki/authority-store.ts';
import { findRecord, logTail, startProcess } from '../processes/ledger.ts';
import { isAlive } from '../processes/identity.ts';
import { HopelessError, TestBedError } from '../errors.ts';
import { until } from '../wait.ts';
import { componentKubeconfig, findAccess, prepareAccess } from './access.ts';
import { get } from './api.ts';
import type { ApiAccess } from './api.ts';

/** Programs of a control plane. */
export const controlPlanePrograms = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;

/** Names under which its processes are on record. */
export const controlPlaneProcesses: readonly string[] = ['etcd', 'kube-apiserver', 'kube-controller-manager'];

/** What a level adds to the control plane. */
export interface ControlPlaneOptions {
  readonly programs: Readonly<Record<(typeof controlPlanePrograms)[number], string>>;
  /** Address under which pods reach the API server. */
  readonly advertiseAddress: string;
  readonly bindAddress: string;
  readonly apiServerArgs: readonly string[];
}

/** Starts the three programs and returns when the API server is ready and the default service account exists. */
export async function startControlPlane(instance: Instance, options: ControlPlaneOptions): Promise<void> {
  const { pki, access } = prepareAccess(instance);
  startEtcd(instance, options);
  startApiServer(instance, options, pki);
  await waitForApiServer(instance);
  await waitForBootstrapPolicy(instance, access);
  startControllerManager(instance, options, pki);
  await until(
    { what: 'the default service account', deadlineMs: 60_000, explain: tail(instance, 'kube-controller-manager') },
    () => answers(instance, access, '/api/v1/namespaces/default/serviceaccounts/default'),
  );
}

/** Waits until `/readyz` says ok; the instance was booted before. */
export async function waitForApiServer(instance: Instance): Promise<void> {
  const access = findAccess(instance);
  if (!access) throw new TestBedError(`${instance.id} was never booted`);
  const wait = { what: 'kube-apiserver to be ready', deadlineMs: 90_000, explain: tail(instance, 'kube-apiserver') };
  await until(wait, () => answers(instance, access, '/readyz'));
}

function startEtcd(instance: Instance, { programs }: ControlPlaneOptions): void {
  const { etcdClient, etcdPeer } = portsOf(instance.index);
  const client = `http://127.0.0.1:${etcdClient}`;
  const peer = `http://127.0.0.1:${etcdPeer}`;
  startProcess(instance.folder, 'etcd', [
    programs.etcd,
    ...['--data-dir', join(instance.folder, 'etcd')],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `default=${peer}`],
    '--unsafe-no-fsync', // the machine's disk is not what is tested
    ...['--log-level', 'warn'],
  ]);
}

function startApiServer(instance: Instance, options: ControlPlaneOptions, pki: Pki): void {
  const ports = portsOf(instance.index);
  const ownCertificate = (name: string): [string, string] => [pki.path(`${name}.crt`), pki.path(`${name}.key`)];
  const [servingCertificate, servingKey] = ownCertificate('kube-apiserver');
  const [adminCertificate, adminKey] = ownCertificate('admin');
  startProcess(instance.folder, 'kube-apiserver', [
    options.programs['kube-apiserver'],
    ...['--etcd-servers', `http://127.0.0.1:${ports.etcdClient}`, '--secure-port', String(ports.apiServer)],
    ...['--bind-address', options.bindAddress, '--advertise-address', options.advertiseAddress],
    ...['--service-cluster-ip-range', networksOf(instance.index).serviceCidr],
    ...['--client-ca-file', pki.path('ca.crt')],
    ...['--tls-cert-file', servingCertificate, '--tls-private-key-file', servingKey],
    ...['--service-account-issuer', 'https://kubernetes.default.svc'],
    ...['--service-account-key-file', pki.path('service-accounts.pub')],
    ...['--service-account-signing-key-file', pki.path('service-accounts.key')],
    ...['--kubelet-client-certificate', adminCertificate, '--kubelet-client-key', adminKey],
    // The node's name does not resolve: without this, logs and exec look for it in DNS.
    ...['--kubelet-preferred-address-types', 'InternalIP'],
    ...['--authorization-mode', 'Node,RBAC', '--allow-privileged'],
    ...options.apiServerArgs,
  ]);
}

// Started earlier, the controller-manager exits with "configmaps is forbidden".
async function waitForBootstrapPolicy(instance: Instance, access: ApiAccess): Promise<void> {
  const wait = { what: 'the bootstrap RBAC policy', deadlineMs: 60_000, explain: tail(instance, 'kube-apiserver') };
  await until(
    wait,
    async () =>
      (await answers(
        instance,
        access,
        '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:kube-controller-manager',
      )) &&
      (await answers(instance, access, '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication')),
  );
}

function startControllerManager(instance: Instance, { programs }: ControlPlaneOptions, pki: Pki): void {
  const kubeconfig = componentKubeconfig(instance, 'kube-controller-manager', {
    commonName: 'system:kube-controller-manager',
  });
  startProcess(instance.folder, 'kube-controller-manager', [
    programs['kube-controller-manager'],
    ...['--kubeconfig', kubeconfig],
    ...['--service-account-private-key-file', pki.path('service-accounts.key')],
    ...['--root-ca-file', pki.path('ca.crt')],
    '--use-service-account-credentials',
    '--leader-elect=false',
    ...['--secure-port', '0'], // its fixed default would let one instance run per machine
  ]);
}

/** True when the path answers 200. Gives up when etcd or the API server has ended. */
async function answers(instance: Instance, access: ApiAccess, path: string): Promise<boolean> {
  for (const name of ['etcd', 'kube-apiserver']) {
    const record = findRecord(instance.folder, name);
    if (record && !isAlive(record)) throw new HopelessError(`${name} has ended\n${logTail(instance.folder, name)}`);
  }
  return (await get(access, path)).status === 200;
}

const tail = (instance: Instance, name: string) => (): Promise<string> =>
  Promise.resolve(logTail(instance.folder, name));
