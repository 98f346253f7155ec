/** Takes a node down: works as well on one that is half started, half dead, or not there at all. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from '../instance/registry.ts';
import { readRecords, stopProcess } from '../processes/ledger.ts';
import { cgroupOf, controllersOf, removeCgroups, withdrawControllers } from './cgroups.ts';
import { enclosureProcess } from './enclosure.ts';
import { disconnect } from './network.ts';

const inside = ['kubelet', 'kube-proxy', 'containerd'];

/** Ends all that runs on the node. The cluster's state and containerd's images stay. */
export async function stopNode(instance: Instance): Promise<void> {
  const { folder } = instance;
  const records = readRecords(folder);
  // With its first process, the kernel ends every process of the enclosure and then removes mounts and network.
  const enclosure = records.find(({ name }) => name === enclosureProcess);
  if (enclosure) await stopProcess(folder, enclosure, { signal: 'SIGKILL' });
  for (const record of records.filter(({ name }) => inside.includes(name))) {
    await stopProcess(folder, record, { signal: 'SIGKILL' });
  }
  await disconnect(instance);
  await removeCgroups(cgroupOf(instance));
  const controllers = controllersOf(folder);
  if (existsSync(controllers)) withdrawControllers(JSON.parse(readFileSync(controllers, 'utf8')) as string[]);
  rmSync(controllers, { force: true });
  rmSync(join(folder, 'masks'), { recursive: true, force: true });
}
