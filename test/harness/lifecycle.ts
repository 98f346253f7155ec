/** Bringing instances up and down: claims the instance, cleans what a dead one left, boots the level asked for. */
import type { BootOptions, BootedCluster, ClusterProgram } from './cluster.ts';
import { TestBedError } from './errors.ts';
import type { ControlPlane } from './control-plane/boot.ts';
import { controlPlanePrograms, startControlPlane, waitForApiServer } from './control-plane/boot.ts';
import { stopControlPlane } from './control-plane/stop.ts';
import { networksOf } from './instance/addresses.ts';
import { claim, forget, listAbandoned, withInstance } from './instance/registry.ts';
import type { Instance } from './instance/registry.ts';
import { nodePrograms, prepareNode, startNode, wipeCluster } from './node/boot.ts';
import { checkPrivileges, installMissing, nodeRequirements } from './node/packages.ts';
import { stopNode } from './node/stop.ts';
import { isAlive } from './processes/identity.ts';
import { findRecord, startProcess, stopProcess } from './processes/ledger.ts';
import { ensure } from './programs/ensure.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';

/** Boots an API server with its controllers; needs no root. Ephemeral unless told otherwise. */
export async function bootControlPlane(options: BootOptions): Promise<BootedCluster> {
  await sweep();
  const programs = await ensure(controlPlanePrograms);
  const instance = await claim('control-plane', { lifetime: 'ephemeral', ...options });
  return withInstance(instance, `booting ${instance.id}`, async () => {
    await stopControlPlane(instance.folder);
    const plane = await startControlPlane(instance, {
      programs,
      advertiseAddress: '127.0.0.1',
      bindAddress: '127.0.0.1',
      apiServerArgs: options.apiServerArgs ?? [],
    });
    return asCluster(instance, plane);
  });
}

/**
 * Boots a control plane with a node that runs pods; needs root on Linux. Kept unless told otherwise: a second boot
 * of that name gives the running cluster, or starts the stopped one with its old state.
 */
export async function bootNode(options: BootOptions, progress: Progress = createProgress()): Promise<BootedCluster> {
  await checkPrivileges();
  await installMissing(nodeRequirements, progress);
  await sweep();
  const programs = await ensure([...controlPlanePrograms, ...nodePrograms], progress);
  const instance = await claim('node', options);
  return withInstance(instance, `booting ${instance.id}`, async () => {
    await clear(instance);
    if (options.fresh) wipeCluster(instance);
    const enclosure = await prepareNode(instance);
    const { hostAddress } = networksOf(instance.index);
    const plane = await startControlPlane(instance, {
      programs,
      advertiseAddress: hostAddress,
      bindAddress: '0.0.0.0',
      apiServerArgs: options.apiServerArgs ?? [],
    });
    const cluster = asCluster(instance, plane);
    await startNode(instance, enclosure, { plane, cluster, programs });
    return cluster;
  });
}

/** Takes an instance down, whatever state it is in. `wipe` also removes its state. */
export async function takeDown(instance: Instance, { wipe }: { readonly wipe: boolean }): Promise<void> {
  await withInstance(instance, `stopping ${instance.id}`, async () => {
    await clear(instance);
    if (wipe) forget(instance);
  });
}

async function clear(instance: Instance): Promise<void> {
  if (instance.level === 'node') await stopNode(instance);
  await stopControlPlane(instance.folder);
}

/** Removes the instances of tests that died. */
async function sweep(): Promise<void> {
  for (const instance of listAbandoned()) await takeDown(instance, { wipe: true });
}

function asCluster(instance: Instance, plane: ControlPlane): BootedCluster {
  return {
    name: instance.id,
    level: instance.level,
    folder: instance.folder,
    server: plane.access.server,
    kubeconfigPath: plane.kubeconfigPath,
    program: (name) => clusterProgram(instance, name),
    ready: () => waitForApiServer(instance, plane.access),
    stop: () => takeDown(instance, { wipe: instance.owner !== undefined }),
  };
}

function clusterProgram({ id, folder }: Instance, name: string): ClusterProgram {
  const record = findRecord(folder, name);
  if (!record) throw new TestBedError(`${id} has no program "${name}"`);
  return {
    name,
    pid: record.pid,
    crash: () => stopProcess(folder, record, { signal: 'SIGKILL', forget: false }),
    start() {
      const current = findRecord(folder, name) ?? record;
      if (!isAlive(current)) startProcess(folder, name, record.command);
      return Promise.resolve();
    },
  };
}
