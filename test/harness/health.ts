/** How an instance really is: asks the kernel for its processes, the API server and the node for an answer. */
import { controlPlaneProcesses } from './control-plane/boot.ts';
import { findAccess } from './control-plane/access.ts';
import { get } from './control-plane/api.ts';
import type { Instance } from './instance/registry.ts';
import { nodeProcesses } from './node/boot.ts';
import { answersOnServices } from './node/probe.ts';
import { isAlive } from './processes/identity.ts';
import { findRecord } from './processes/ledger.ts';

/** What was found. */
export interface Health {
  readonly running: readonly string[];
  /** Programs of its level that do not run: all of them when it is down. */
  readonly notRunning: readonly string[];
  readonly isApiServerReady: boolean;
  /** At level node: a name was resolved through a Service address, by a pod. */
  readonly isNodeReady: boolean;
}

/** Finds out; takes at most a few seconds. */
export async function examine(instance: Instance): Promise<Health> {
  const names = instance.level === 'node' ? [...controlPlaneProcesses, ...nodeProcesses] : controlPlaneProcesses;
  const isRunning = (name: string): boolean => {
    const record = findRecord(instance.folder, name);
    return record !== undefined && isAlive(record);
  };
  const access = findAccess(instance);
  const isUp = names.some(isRunning);
  return {
    running: names.filter(isRunning),
    notRunning: names.filter((name) => !isRunning(name)),
    isApiServerReady:
      isUp && access !== undefined && (await holds(get(access, '/readyz').then((is) => is.status === 200))),
    isNodeReady: isUp && instance.level === 'node' && (await holds(answersOnServices(instance))),
  };
}

/** True when nothing is missing: it may be used as it is. */
export function isHealthy(instance: Instance, health: Health): boolean {
  return health.notRunning.length === 0 && health.isApiServerReady && (instance.level !== 'node' || health.isNodeReady);
}

// No answer is an answer here: it does not hold.
const holds = (claim: Promise<boolean>): Promise<boolean> => claim.catch(() => false);
