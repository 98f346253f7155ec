/**
 * Keeps the node's hands off this machine: paths that containerd, CNI and kubelet have fixed in their code, and
 * sysctls that kubelet sets for the whole machine, are covered inside the enclosure by files of the instance.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../files.ts';
import { clustersFolder } from '../layout.ts';
import { withLock } from '../lock.ts';
import { hasCode } from '../errors.ts';
import type { Enclosure } from './enclosure.ts';

// What no flag moves: shim sockets and runc's state, CNI results, device plugins, links to the pods' logs.
const fixedFolders = ['/run/containerd', '/var/lib/cni', '/var/lib/kubelet', '/var/log/containers'];

// Kubelet's container manager sets these and fails where it may not. They have no namespace of their own.
const kubeletSysctls = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/** Covers them inside the enclosure. */
export async function mask(enclosure: Enclosure, instanceFolder: string): Promise<void> {
  await withLock(lock(), { purpose: 'making mount points' }, async () => {
    createMountPoints();
    for (const folder of fixedFolders) {
      const own = join(instanceFolder, 'masks', folder);
      mkdirSync(own, { recursive: true });
      await enclosure.run('mount', '--bind', own, folder);
    }
  });
  for (const [sysctl, value] of Object.entries(kubeletSysctls)) {
    if (!existsSync(join('/proc/sys', sysctl))) continue; // a kernel without it
    const own = join(instanceFolder, 'masks/sysctl', sysctl);
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, value);
    await enclosure.run('mount', '--bind', own, join('/proc/sys', sysctl));
  }
}

/** Removes the empty folders that were made on this machine to mount upon; not while a node is up, which would lose them. */
export function removeMountPoints(isAnyNodeUp: () => boolean): Promise<void> {
  return withLock(lock(), { purpose: 'removing mount points' }, () => {
    if (!isAnyNodeUp()) removeMade();
    return Promise.resolve();
  });
}

function removeMade(): void {
  for (const folder of readMade()) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'ENOTEMPTY')) throw error; // somebody else uses it by now
    }
  }
  writeWhole(record(), '[]');
}

function createMountPoints(): void {
  const made = fixedFolders.filter((folder) => !existsSync(folder));
  // On record first: between the two we may be stopped.
  writeWhole(record(), JSON.stringify([...new Set([...readMade(), ...made])]));
  for (const folder of made) mkdirSync(folder, { recursive: true });
}

function readMade(): string[] {
  return existsSync(record()) ? (JSON.parse(readFileSync(record(), 'utf8')) as string[]) : [];
}

const lock = (): string => join(clustersFolder(), 'mount-points.lock');
const record = (): string => join(clustersFolder(), 'mount-points.json');
