/** Gets a control plane; gives operators on it as processes of their own, as they are shipped, and tells which one leads. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { kinds, type KubeClient } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';

export interface OperatorProcess {
  /** Name of its pod, by which it is known in the lease. */
  readonly name: string;
  readonly kubeconfigPath: string;
  /** Port of a stage's listeners to which all lead that it asks of pods and Services; unset, those are out of reach. */
  readonly networkPort?: number;
}

export const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

export class OperatorProcesses {
  readonly #started: ChildProcess[] = [];

  start({ name, kubeconfigPath, networkPort }: OperatorProcess): ChildProcess {
    const flags = [
      '--route-server-image=routesrv:test',
      '--metrics-address=127.0.0.1:0',
      '--health-address=127.0.0.1:0',
    ];
    const played = networkPort === undefined ? [] : ['--import', './test/support/played-network.ts'];
    const network = networkPort === undefined ? {} : { PLAYED_NETWORK_PORT: String(networkPort) };
    const env = { ...process.env, ...network, KUBECONFIG: kubeconfigPath, POD_NAME: name };
    const child = spawn(process.execPath, [...played, 'src/bin/operator.ts', ...flags], { env, stdio: 'ignore' });
    this.#started.push(child);
    return child;
  }

  /** Also those that are stopped. */
  async killAll(): Promise<void> {
    const running = this.#started.filter(isRunning);
    await Promise.all(running.map((child) => (child.kill('SIGKILL'), once(child, 'exit'))));
  }
}

/** Waits until the operator of that name holds the lease. */
export function leads(client: KubeClient, name: string, deadlineMs = 120_000): Promise<boolean> {
  return until({ what: `${name} to lead`, deadlineMs }, async () => {
    const lease = await client.find(kinds.Lease, { namespace: 'default', name: 'routesrv-operator' });
    return (lease?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity?.startsWith(`${name}_`);
  });
}
