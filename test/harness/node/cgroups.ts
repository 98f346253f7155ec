/** The control groups of a node's pods: one of our own in every hierarchy, version 1 and 2, removed afterwards. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../errors.ts';
import { shortHash } from '../files.ts';
import type { Instance } from '../instance/registry.ts';
import { until } from '../wait.ts';

const root = '/sys/fs/cgroup';

/** The node's group, as kubelet wants to hear it; the folder tells instances of several caches apart. */
export const cgroupOf = ({ id, folder }: Instance): string =>
  `/routesrv-${id.replaceAll('.', '-')}-${shortHash(folder).slice(0, 6)}`;

/** Where it is written down which controllers were turned on for an instance. */
export const controllersOf = (instanceFolder: string): string => join(instanceFolder, 'delegated-controllers.json');

/** Makes the group wherever groups are, and lets pods use what controllers there are. Gives those that it turned on. */
export function createCgroups(group: string): readonly string[] {
  const delegated = isVersion2() ? delegateControllers() : [];
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, group);
    mkdirSync(folder, { recursive: true });
    // In version 1 an empty cpuset holds no process at all.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (isVersion2() || !existsSync(join(folder, file))) continue;
      writeFileSync(join(folder, file), readFileSync(join(hierarchy, file)));
    }
  }
  return delegated;
}

/** Turns controllers off again that {@link createCgroups} turned on, unless somebody uses them. Version 2 only. */
export function withdrawControllers(controllers: readonly string[]): void {
  for (const controller of controllers) tryDelegate(`-${controller}`);
}

/** Removes the group with all groups below it. No process may be left in them for longer than a moment. */
export async function removeCgroups(group: string): Promise<void> {
  const left = hierarchies().map((hierarchy) => join(hierarchy, group));
  await until({ what: `control groups ${group} to be empty`, deadlineMs: 20_000 }, () => {
    left.forEach(removeTree);
    return Promise.resolve(!left.some((folder) => existsSync(folder)));
  });
}

function hierarchies(): string[] {
  if (isVersion2()) return [root];
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, 'cgroup.procs')));
}

const isVersion2 = (): boolean => existsSync(join(root, 'cgroup.controllers'));

// Kubelet refuses a root group without the controllers that it needs.
function delegateControllers(): string[] {
  const words = (file: string): string[] => readFileSync(join(root, file), 'utf8').trim().split(' ');
  const before = words('cgroup.subtree_control');
  return words('cgroup.controllers').filter((one) => !before.includes(one) && tryDelegate(`+${one}`));
}

// Some cannot be delegated; kubelet then names the one that it misses.
function tryDelegate(change: string): boolean {
  try {
    writeFileSync(join(root, 'cgroup.subtree_control'), change);
    return true;
  } catch {
    return false;
  }
}

function removeTree(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(folder, entry.name));
    }
    rmdirSync(folder);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EBUSY', 'ENOTEMPTY')) throw error;
  }
}
