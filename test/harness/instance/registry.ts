/** The instances of this machine: which there are, which index each has, and which were left behind by a dead test. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BootOptions, BootedCluster } from '../cluster.ts';
import { TestBedError } from '../errors.ts';
import { writeWhole } from '../files.ts';
import { clustersFolder } from '../layout.ts';
import { readOwner, withLock } from '../lock.ts';
import { identify, isAlive } from '../processes/identity.ts';
import type { ProcessIdentity } from '../processes/identity.ts';
import { areFree, areTaken, limits, networksOf, portsOf } from './addresses.ts';

/** What is written down about an instance in its `instance.json`. */
export interface Instance {
  /** Name of the folder, unique on this machine. */
  readonly id: string;
  readonly level: BootedCluster['level'];
  readonly index: number;
  /** Set for ephemeral instances: the process without which nobody wants it. */
  readonly owner?: ProcessIdentity;
  readonly folder: string;
}

let ephemeralCount = 0;

/** Finds the kept instance of that name or makes a new one, with an index that is its own. */
export async function claim(level: Instance['level'], options: BootOptions): Promise<Instance> {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(options.name)) {
    throw new TestBedError(`"${options.name}" cannot name a cluster: use 1 to 32 of a-z, 0-9 and "-"`);
  }
  const isEphemeral = options.lifetime === 'ephemeral';
  const id = isEphemeral ? `${options.name}.${process.pid}.${ephemeralCount++}` : options.name;
  return withLock(registryLock(), { purpose: `choosing addresses for ${id}` }, async () => {
    const known = findInstance(id);
    if (known && known.level !== level) {
      const remedy = `npm run cluster -- down --wipe --name ${id}`;
      throw new TestBedError(
        `${id} exists at level ${known.level}: choose another --name, or remove it with: ${remedy}`,
      );
    }
    if (known) return known;
    const folder = join(clustersFolder(), id);
    const index = await chooseIndex(level);
    const owner = isEphemeral ? identify(process.pid) : undefined;
    mkdirSync(folder, { recursive: true });
    const instance: Instance = { id, level, index, folder, ...(owner && { owner }) };
    writeWhole(join(folder, 'instance.json'), JSON.stringify(instance, null, 2));
    return instance;
  });
}

/** The instance of that id, running or not. */
export function findInstance(id: string): Instance | undefined {
  const path = join(clustersFolder(), id, 'instance.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Instance) : undefined;
}

/** Every instance of this machine, running or not. */
export function listInstances(): Instance[] {
  if (!existsSync(clustersFolder())) return [];
  return readdirSync(clustersFolder()).flatMap((id) => findInstance(id) ?? []);
}

/** Ephemeral instances whose test process has ended without stopping them. */
export function listAbandoned(): Instance[] {
  return listInstances().filter(({ owner }) => owner && !isAlive(owner));
}

/** Removes an instance's folder. Only for one of which nothing runs and nothing is mounted any more. */
export function forget(instance: Instance): void {
  rmSync(instance.folder, { recursive: true, force: true });
}

/** What another process is doing to the instance right now: "booting local". */
export function findOngoingWork(instance: Instance): string | undefined {
  const owner = readOwner(`${instance.folder}.lock`);
  return owner && isAlive(owner) ? `${owner.purpose} (process ${owner.pid})` : undefined;
}

/** Runs `work` while nobody else brings that instance up or down. */
export function withInstance<T>(instance: Instance, purpose: string, work: () => Promise<T>): Promise<T> {
  const onWait = (owner: { pid: number; purpose: string }): void => {
    console.error(`waiting for process ${owner.pid}, which is ${owner.purpose}`);
  };
  return withLock(`${instance.folder}.lock`, { purpose, onWait }, work);
}

async function chooseIndex(level: Instance['level']): Promise<number> {
  const used = new Set(listInstances().map(({ index }) => index));
  // Nodes have few indices: control planes leave them alone as long as others are free.
  const first = level === 'node' ? 0 : limits.node;
  for (let index = first; index < limits[level]; index++) {
    if (used.has(index) || !(await areFree(portsOf(index)))) continue;
    if (level === 'node' && areTaken(networksOf(index))) continue;
    return index;
  }
  throw new TestBedError(
    `no room for another ${level}: see "npm run cluster -- status", and take some down with --wipe`,
  );
}

const registryLock = (): string => join(clustersFolder(), 'registry.lock');
