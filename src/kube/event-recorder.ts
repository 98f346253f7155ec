/**
 * Gets things worth telling a person about an object; gives Kubernetes Events, aggregated.
 */
import type { Clock } from '../runtime/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { KubeClient } from './kube-client.ts';
import type { KubeObject } from './kube-object.ts';

export interface EventRecorderOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Such as `routesrv.dev/operator`. */
  readonly controller: string;
  /** Which of several replicas: the pod's name. */
  readonly instance: string;
  /** Same object, type, reason and action within this time are one event with a count. Default 6 min, as client-go. */
  readonly windowMs?: number;
}

export interface EventToRecord {
  readonly type: 'Normal' | 'Warning';
  /** One word in UpperCamelCase. */
  readonly reason: string;
  /** What was done or tried, in UpperCamelCase. */
  readonly action: string;
  /** For people; cut at 1024 bytes. */
  readonly note: string;
}

/** Writes events. Failures are logged, never thrown: an event is a courtesy. */
export class EventRecorder {
  constructor(_options: EventRecorderOptions) {
    throw new Error('to be written');
  }

  /** Records `event` about `regarding`. Returns at once. */
  record(_regarding: KubeObject, _event: EventToRecord): void {
    throw new Error('to be written');
  }

  /** Resolves when everything recorded so far has been sent or has failed. */
  flush(): Promise<void> {
    return Promise.reject(new Error('to be written'));
  }
}
