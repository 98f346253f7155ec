/** Stops a control plane: works as well on one that is half started or half dead. */
import { findRecord, stopProcess, stopStrays } from '../processes/ledger.ts';

/** Ends the programs in the order in which they depend on each other. State stays. */
export async function stopControlPlane(folder: string): Promise<void> {
  for (const name of ['kube-controller-manager', 'kube-scheduler', 'kube-apiserver']) {
    const record = findRecord(folder, name);
    // On SIGTERM the API server stays for more than 5 s; nothing of it is on disk.
    if (record) await stopProcess(folder, record, { signal: 'SIGKILL' });
  }
  const etcd = findRecord(folder, 'etcd');
  if (etcd) await stopProcess(folder, etcd, { signal: 'SIGTERM' });
  await stopStrays(folder);
}
