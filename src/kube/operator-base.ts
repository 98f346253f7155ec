/**
 * Gets dot-i's Operator; gives the same operator on a transport that survives: list-watch, keyed queue, guarded writes.
 */
import * as dotI from '@dot-i/k8s-operator';
import type { OperatorLogger, ResourceEvent, ResourceMeta } from '@dot-i/k8s-operator';
import type { Clock } from '../runtime/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { KubeClient } from './kube-client.ts';

export interface KubeOperatorOptions {
  readonly config: ClusterConfig;
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
}
export type { OperatorLogger, ResourceEvent, ResourceMeta };
void dotI;

/** To be extended by the product's operator. Signatures follow dot-i's. */
export abstract class KubeOperator {}
