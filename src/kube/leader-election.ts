/**
 * Gets a Lease that several replicas want; gives at most one of them the right to write.
 */
import type { Clock } from '../runtime/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { WriteGuard } from './client-types.ts';
import type { KubeClient } from './kube-client.ts';
import type { ObjectKey } from './resource-kind.ts';

export interface LeaderElectionOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lease: ObjectKey;
  /** Unique per process. */
  readonly identity: string;
  /** How long a lease is honoured without renewal. Default 15 s. */
  readonly leaseMs?: number;
  /** How long the leader tries to renew before it gives up: writing ends here. Default 10 s. */
  readonly renewDeadlineMs?: number;
  /** Default 2 s. */
  readonly retryMs?: number;
  readonly random?: () => number;
  /** Called once when this process has become the leader. */
  readonly onElected?: () => void;
  /** Called once when it no longer is: before another replica can be. The process should end. */
  readonly onLost?: (reason: string) => void;
}

/** Takes part in an election until it has been won and lost, or `stop`. Used once. */
export class LeaderElection {
  constructor(_options: LeaderElectionOptions) {
    throw new Error('to be written');
  }

  /** Whether writing is allowed at this moment, by both clocks. */
  get isLeader(): boolean {
    return false;
  }

  /** Wall time of the last answer about the lease, for liveness. */
  get lastProgressAt(): number {
    return 0;
  }

  /** For `KubeClient.guardedBy`: no write passes after the right to it has ended, not even after SIGSTOP and SIGCONT. */
  writeGuard(): WriteGuard {
    throw new Error('to be written');
  }

  start(): void {
    throw new Error('to be written');
  }

  /** Ends taking part; gives the lease back when it is held, so that another can take it at once. */
  stop(): Promise<void> {
    return Promise.reject(new Error('to be written'));
  }
}
