/** The control groups of a node's pods: one of our own in every hierarchy, version 1 and 2, removed afterwards. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../errors.ts';
import { until } from '../wait.ts';

const root = '/sys/fs/cgroup';

/** The node's group, as kubelet wants to hear it: `/routesrv-<instance>`. */
export const cgroupOf = (instanceId: string): string => `/routesrv-${instanceId.replaceAll('.', '-')}`;

/** Makes the group wherever groups are, and lets pods use what controllers there are. */
export function createCgroups(group: string): void {
  if (isVersion2()) delegateControllers();
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, group);
    mkdirSync(folder, { recursive: true });
    // In version 1 an empty cpuset holds no process at all.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (isVersion2() || !existsSync(join(folder, file))) continue;
      writeFileSync(join(folder, file), readFileSync(join(hierarchy, file)));
    }
  }
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

// Kubelet refuses a root group without the controllers that it needs. Those that are on already stay on.
function delegateControllers(): void {
  for (const controller of readFileSync(join(root, 'cgroup.controllers'), 'utf8').trim().split(' ')) {
    try {
      writeFileSync(join(root, 'cgroup.subtree_control'), `+${controller}`);
    } catch {
      // Some cannot be delegated here; kubelet names the one that it misses.
    }
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
