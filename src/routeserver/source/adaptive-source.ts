/**
 * Gets a source that watches and one that polls; gives changes from the first, or from the second where watching is not
 * offered: by a proxy that only passes lists on, or by a server that hands out manifests. It looks again now and then, for
 * one odd answer at start is no proof.
 */
import { kinds, KubeError } from '../../kube/index.ts';
import type { KubeClient, ListPart } from '../../kube/index.ts';
import type { Clock } from '../../runtime/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { Changes, KindState, Source } from './changes.ts';

export interface AdaptiveSourceOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace: string;
  readonly pollIntervalMs: number;
  /** Makes one: a source that was stopped does not start again. */
  readonly watching: () => Source;
  readonly polling: Source;
}

/** How long the watch is that shows whether there are watches. */
const probeMs = 1_000;
/** While it polls, it looks for watches once in so many rounds: each look holds a connection for `probeMs`. */
const roundsPerLook = 20;

/** Watches where it can. */
export class AdaptiveSource implements Source {
  readonly #options: AdaptiveSourceOptions;
  readonly #stopped = new AbortController();
  #active: Source;
  #probing: Promise<void> | undefined;

  constructor(options: AdaptiveSourceOptions) {
    this.#options = options;
    this.#active = options.watching();
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
    let source = this.#active;
    let isListed = source.listedFromNow();
    return () => {
      // One that was put aside lists no more: what counts is the list of the one that took its place.
      if (source !== this.#active) {
        source = this.#active;
        isListed = source.listedFromNow();
      }
      return isListed();
    };
  }

  ageMs(): number | undefined {
    return this.#active.ageMs();
  }

  async #probe(onChange: () => void): Promise<void> {
    const { log, pollIntervalMs, polling } = this.#options;
    if (await this.#seesWatches((answer) => answer !== undefined, pollIntervalMs)) return;
    if (this.#stopped.signal.aborted) return;
    log.warn({ everyMs: pollIntervalMs }, 'the API server offers no watches; everything is listed again and again');
    await this.#active.stop();
    this.#active = polling;
    polling.start(onChange);
    if (await this.#seesWatches((answer) => answer === true, roundsPerLook * pollIntervalMs)) {
      log.info('the API server offers watches after all');
      await this.#takeOver(this.#options.watching(), onChange);
    }
  }

  /** Looks until the answer is as wanted, or until stopped. */
  async #seesWatches(isWanted: (answer: boolean | undefined) => boolean, intervalMs: number): Promise<boolean> {
    const { clock } = this.#options;
    const { signal } = this.#stopped;
    for (;;) {
      const answer = await this.#canWatch();
      if (isWanted(answer) || signal.aborted) return answer === true && !signal.aborted;
      await clock.sleep(intervalMs, signal).catch(() => undefined);
    }
  }

  /** Lets `next` list everything beside the active source, and puts it in its place when it has. */
  async #takeOver(next: Source, onChange: () => void): Promise<void> {
    const { signal } = this.#stopped;
    const listed = Promise.withResolvers<undefined>();
    const giveUp = (): void => {
      listed.resolve(undefined);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    next.start(() => {
      if (next === this.#active) onChange();
      else if (next.states().every(({ state }) => state !== 'waiting')) listed.resolve(undefined);
    });
    await listed.promise;
    const before = this.#active;
    this.#active = next;
    await before.stop();
    if (!signal.aborted) onChange();
  }

  /** Undefined when nobody answers, or not in a way that tells. */
  async #canWatch(): Promise<boolean | undefined> {
    const { client, clock, namespace } = this.#options;
    const { signal } = this.#stopped;
    const scope = { namespace: namespace === '' ? undefined : namespace, signal };
    try {
      const resourceVersion = await versionOf(client.listInParts(kinds.Ingress, { ...scope, pageSize: 1 }));
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

/** The first version that a list tells; what is behind it is not read. */
async function versionOf(list: AsyncIterable<ListPart>): Promise<string> {
  for await (const { resourceVersion } of list) if (resourceVersion !== undefined) return resourceVersion;
  return '';
}

const refusals: readonly number[] = [400, 404, 405, 501];

function judge(error: unknown): boolean | undefined {
  if (!(error instanceof KubeError)) return undefined;
  // What is no event, such as a list, comes from who does not know the word.
  if (error.reason === 'BadAnswer' || refusals.includes(error.status)) return false;
  // Silence is what a watch without changes sounds like.
  return error.reason === 'Timeout' ? true : undefined;
}
