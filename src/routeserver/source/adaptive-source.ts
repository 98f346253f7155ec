/**
 * Gets a source that watches and one that polls; gives changes from the first, or from the second where watching is not
 * offered: by a proxy that only passes lists on, or by a server that hands out manifests.
 */
import { kinds, KubeError } from '../../kube/index.ts';
import type { KubeClient } from '../../kube/index.ts';
import type { Clock } from '../../runtime/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { Changes, KindState, Source } from './changes.ts';

export interface AdaptiveSourceOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace: string;
  readonly pollIntervalMs: number;
  readonly watching: Source;
  readonly polling: Source;
}

/** How long the watch is that shows whether there are watches. */
const probeMs = 1_000;

/** Watches until it turns out that it cannot. */
export class AdaptiveSource implements Source {
  readonly #options: AdaptiveSourceOptions;
  readonly #stopped = new AbortController();
  #active: Source;
  #probing: Promise<void> | undefined;

  constructor(options: AdaptiveSourceOptions) {
    this.#options = options;
    this.#active = options.watching;
  }

  start(onChange: () => void): void {
    this.#active.start(onChange);
    this.#probing = this.#probe(onChange);
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('stopped'));
    await this.#probing;
    await this.#active.stop();
  }

  takeChanges(): Changes | undefined {
    return this.#active.takeChanges();
  }

  states(): readonly KindState[] {
    return this.#active.states();
  }

  listedFromNow(): () => boolean {
    return this.#active.listedFromNow();
  }

  ageMs(): number | undefined {
    return this.#active.ageMs();
  }

  async #probe(onChange: () => void): Promise<void> {
    const { clock, log, pollIntervalMs, polling } = this.#options;
    const { signal } = this.#stopped;
    let canWatch = await this.#canWatch();
    while (canWatch === undefined && !signal.aborted) {
      await clock.sleep(pollIntervalMs, signal).catch(() => undefined);
      canWatch = await this.#canWatch();
    }
    if (canWatch !== false || signal.aborted) return;
    log.warn({ everyMs: pollIntervalMs }, 'the API server offers no watches; everything is listed again and again');
    await this.#active.stop();
    this.#active = polling;
    polling.start(onChange);
  }

  /** Undefined when nobody answers, or not in a way that tells. */
  async #canWatch(): Promise<boolean | undefined> {
    const { client, clock, namespace } = this.#options;
    const { signal } = this.#stopped;
    const scope = { namespace: namespace === '' ? undefined : namespace, signal };
    try {
      const pages = client.pages(kinds.Ingress, { ...scope, pageSize: 1 });
      const first = await pages[Symbol.asyncIterator]().next();
      if (first.done === true) return undefined;
      const { resourceVersion } = first.value;
      if (resourceVersion === '') return false;
      const beganAtMs = clock.monotonic();
      const limits = { serverTimeoutMs: probeMs, idleTimeoutMs: 2 * probeMs };
      const events = client.watch(kinds.Ingress, { ...scope, ...limits, resourceVersion });
      const { done } = await events.next();
      await events.return();
      // An answer that is over at once and says nothing was no watch: a watch lasts as long as was asked for.
      return done !== true || clock.monotonic() - beganAtMs > probeMs / 2;
    } catch (error) {
      return judge(error);
    }
  }
}

const refusals: readonly number[] = [400, 404, 405, 501];

function judge(error: unknown): boolean | undefined {
  if (!(error instanceof KubeError)) return undefined;
  // What is no event, such as a list, comes from who does not know the word.
  if (error.reason === 'BadAnswer' || refusals.includes(error.status)) return false;
  // Silence is what a watch without changes sounds like.
  return error.reason === 'Timeout' ? true : undefined;
}
