/**
 * Gets an optional kind; tells whether the cluster has it, and when it comes.
 */
import { isNotFound } from '../../kube/index.ts';
import type { KubeClient, ResourceKind } from '../../kube/index.ts';
import type { Clock, Timer } from '../../runtime/index.ts';
import type { Logger } from '../../telemetry/index.ts';

export interface KindPresenceOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace: string;
  readonly pollIntervalMs: number;
}

export interface PresenceListener {
  /** Called once, when the kind turns out to be missing. */
  readonly isAbsent: () => void;
  /** Called once, when the kind is there. */
  readonly isPresent: () => void;
}

/** What a person should know about a cluster without a kind. */
export const absenceMessage = 'the cluster does not have this kind; its routes are left out until it does';

/** Looks for kinds until they are there. */
export class KindPresence {
  readonly #options: KindPresenceOptions;
  readonly #absent = new Set<ResourceKind>();
  readonly #stopped = new AbortController();
  #timer: Timer | undefined;

  constructor(options: KindPresenceOptions) {
    this.#options = options;
  }

  /** Whether the cluster was seen without `kind`. */
  wasAbsent(kind: ResourceKind): boolean {
    return this.#absent.has(kind);
  }

  whenPresent(kind: ResourceKind, listener: PresenceListener): void {
    void this.#look(kind, listener);
  }

  stop(): void {
    this.#stopped.abort(new Error('stopped'));
    this.#timer?.cancel();
  }

  async #look(kind: ResourceKind, listener: PresenceListener): Promise<void> {
    const presence = await this.#presenceOf(kind);
    if (this.#stopped.signal.aborted) return;
    if (presence === 'present') {
      listener.isPresent();
      return;
    }
    if (presence === 'absent' && !this.#absent.has(kind)) {
      this.#absent.add(kind);
      this.#options.log.warn({ kind: kind.kind }, absenceMessage);
      listener.isAbsent();
    }
    this.#timer = this.#options.clock.schedule(this.#options.pollIntervalMs, () => {
      void this.#look(kind, listener);
    });
  }

  /** Nobody answering, or a refusal, is not the same as absent. */
  async #presenceOf(kind: ResourceKind): Promise<'present' | 'absent' | 'unknown'> {
    const { client, namespace, log } = this.#options;
    const scope = { namespace: namespace === '' ? undefined : namespace, signal: this.#stopped.signal, pageSize: 1 };
    try {
      await client.pages(kind, scope)[Symbol.asyncIterator]().next();
      return 'present';
    } catch (error) {
      if (isNotFound(error)) return 'absent';
      if (!this.#stopped.signal.aborted)
        log.warn({ kind: kind.kind, err: error }, 'cannot tell whether the cluster has this kind');
      return 'unknown';
    }
  }
}
