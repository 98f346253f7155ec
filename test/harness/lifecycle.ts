/** Bringing instances up and down: claims the instance, cleans what a dead one left, boots the level asked for. */
import { existsSync } from 'node:fs';
import type { BootOptions, BootedCluster, ClusterProgram } from './cluster.ts';
import { kubeconfigOf, serverOf } from './control-plane/access.ts';
import { controlPlanePrograms, startControlPlane, waitForApiServer } from './control-plane/boot.ts';
import { stopControlPlane } from './control-plane/stop.ts';
import { TestBedError } from './errors.ts';
import { examine, isHealthy } from './health.ts';
import { areFree, areTaken, networksOf, portsOf } from './instance/addresses.ts';
import { claim, forget, listAbandoned, listInstances, withInstance } from './instance/registry.ts';
import type { Instance } from './instance/registry.ts';
import { nodePrograms, prepareNode, startNode, wipeCluster } from './node/boot.ts';
import { findEnclosure } from './node/enclosure.ts';
import { removeMountPoints } from './node/masks.ts';
import { checkPrivileges, installMissing, nodeRequirements } from './node/packages.ts';
import { stopNode } from './node/stop.ts';
import { isAlive, signal } from './processes/identity.ts';
import { findRecord, readRecords, startProcess, stopProcess } from './processes/ledger.ts';
import { ensure } from './programs/ensure.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';

/**
 * Boots an API server with its controllers; needs no root. Ephemeral unless told otherwise.
 * @throws TestBedError that says what is missing, or with the end of the log of what failed.
 */
export async function bootControlPlane(
  options: BootOptions,
  progress: Progress = createProgress(),
): Promise<BootedCluster> {
  await sweep();
  const programs = await ensure(controlPlanePrograms, progress);
  const instance = await claim('control-plane', { lifetime: 'ephemeral', ...options });
  const start = (): Promise<void> =>
    startControlPlane(instance, {
      programs,
      advertiseAddress: '127.0.0.1',
      bindAddress: '127.0.0.1',
      apiServerArgs: options.apiServerArgs ?? [],
    });
  return bringUp(instance, options, () => shown(instance, progress, start));
}

/**
 * Boots a control plane with a node that runs pods; needs root on Linux. Kept unless told otherwise: a second boot
 * of that name gives the running cluster, or starts the stopped one with its old state.
 * @throws TestBedError that says what is missing, or with the end of the log of what failed.
 */
export async function bootNode(options: BootOptions, progress: Progress = createProgress()): Promise<BootedCluster> {
  await checkPrivileges();
  await installMissing(nodeRequirements, progress);
  await sweep();
  const programs = await ensure([...controlPlanePrograms, ...nodePrograms], progress);
  const instance = await claim('node', { lifetime: 'kept', ...options });
  const start = async (): Promise<void> => {
    const enclosure = await prepareNode(instance);
    await startControlPlane(instance, {
      programs,
      advertiseAddress: networksOf(instance.index).hostAddress,
      bindAddress: '0.0.0.0',
      apiServerArgs: options.apiServerArgs ?? [],
    });
    await startNode(instance, enclosure, { cluster: attach(instance), programs });
  };
  return bringUp(instance, options, () => shown(instance, progress, start));
}

// A test's own cluster boots in silence: its output is the test's.
function shown(instance: Instance, progress: Progress, start: () => Promise<void>): Promise<void> {
  if (instance.owner) return start();
  return progress.run({ title: `booting ${instance.id} (${instance.level})`, expectedMs: 15_000 }, start);
}

async function bringUp(instance: Instance, options: BootOptions, start: () => Promise<void>): Promise<BootedCluster> {
  return withInstance(instance, `booting ${instance.id}`, async () => {
    if (!options.fresh && isHealthy(instance, await examine(instance))) return attach(instance);
    await clear(instance);
    if (options.fresh) wipeCluster(instance);
    await checkAddresses(instance);
    if (instance.owner) killAtExit(instance.folder);
    try {
      await start();
    } catch (error) {
      await clear(instance); // the folder stays, with the logs
      throw error;
    }
    return attach(instance);
  });
}

// A kept instance has the addresses that it always had: kubeconfigs in other terminals go on working.
async function checkAddresses({ id, index, level }: Instance): Promise<void> {
  const [ports, networks] = [portsOf(index), networksOf(index)];
  const remedy = 'stop what uses it, or choose another --name';
  if (!(await areFree(ports))) {
    throw new TestBedError(`a port of ${id} (${Object.values(ports).join(', ')}) is taken: ${remedy}`);
  }
  if (level === 'node' && areTaken(networks)) {
    const { podCidr, serviceCidr } = networks;
    throw new TestBedError(`this machine has a route into a network of ${id} (${podCidr}, ${serviceCidr}): ${remedy}`);
  }
}

const killedAtExit = new Set<string>();

// Only what may be done at once is done here; the next boot of any cluster removes the rest.
function killAtExit(folder: string): void {
  if (killedAtExit.size === 0) {
    process.once('exit', () => {
      for (const record of [...killedAtExit].flatMap(readRecords)) signal(record, 'SIGKILL');
    });
  }
  killedAtExit.add(folder);
}

/** Takes an instance down, whatever state it is in. `wipe` also removes its state. */
export async function takeDown(instance: Instance, { wipe }: { readonly wipe: boolean }): Promise<void> {
  await withInstance(instance, `stopping ${instance.id}`, async () => {
    await clear(instance);
    if (wipe) forget(instance);
  });
}

/** The cluster of an instance that was booted before, as it is now. */
function attach(instance: Instance): BootedCluster {
  return {
    name: instance.id,
    level: instance.level,
    folder: instance.folder,
    server: serverOf(instance),
    kubeconfigPath: kubeconfigOf(instance),
    program: (name) => clusterProgram(instance, name),
    ready: () => waitForApiServer(instance),
    stop: () => takeDown(instance, { wipe: instance.owner !== undefined }),
  };
}

/** Removes the instances of tests that died. */
export async function sweep(): Promise<void> {
  for (const instance of listAbandoned()) await takeDown(instance, { wipe: true });
}

async function clear(instance: Instance): Promise<void> {
  if (!existsSync(instance.folder)) return; // somebody else swept it
  if (instance.level === 'node') {
    await stopNode(instance);
    await removeMountPoints(() => listInstances().some(({ folder }) => findEnclosure(folder) !== undefined));
  }
  await stopControlPlane(instance.folder);
}

function clusterProgram({ id, folder }: Instance, name: string): ClusterProgram {
  const record = findRecord(folder, name);
  if (!record) throw new TestBedError(`${id} has no program "${name}"`);
  return {
    name,
    pid: record.pid,
    crash: () => stopProcess(folder, record, { signal: 'SIGKILL', forget: false }),
    async start() {
      if (isAlive(findRecord(folder, name) ?? record)) return;
      if (record.isEnclosed) await findEnclosure(folder)?.start(name, record.command);
      else startProcess(folder, name, record.command);
    },
  };
}
