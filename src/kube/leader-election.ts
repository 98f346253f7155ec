/**
 * Gets a Lease that several replicas want; gives at most one of them the right to write.
 *
 * The right ends `renewDeadlineMs` after the last renewal was *sent*, by whichever clock says so first: the monotonic
 * one stands still while a machine sleeps, the wall clock can be set back. Others may take the Lease only `leaseMs`
 * after they saw it renewed, so writes of ours end before theirs can begin.
 */
import type { Clock, Timer } from '../runtime/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { WriteGuard } from './client-types.ts';
import type { KubeClient } from './kube-client.ts';
import { isConflict, KubeError } from './kube-error.ts';
import { leaseObject, readLease } from './lease.ts';
import type { LeaseState } from './lease.ts';
import { formatKey, kinds } from './resource-kind.ts';
import type { ObjectKey } from './resource-kind.ts';

export interface LeaderElectionOptions {
  /** Not guarded by this election. */
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lease: ObjectKey;
  /** Unique per process: a pod's name and something random. */
  readonly identity: string;
  /** How long a lease is honoured without renewal. Default 15 s. */
  readonly leaseMs?: number;
  /** How long after a renewal writing goes on without the next. Default 10 s; less than `leaseMs`. */
  readonly renewDeadlineMs?: number;
  /** Time between tries. Default 2 s. */
  readonly retryMs?: number;
  readonly random?: () => number;
  /** Called once when this process has become the leader. */
  readonly onElected?: () => void;
  /** Called once when it no longer is: before another replica can be. The process should end. */
  readonly onLost?: (reason: string) => void;
}

interface Term {
  readonly endsAtWall: number;
  readonly endsAtMonotonic: number;
}

/** Takes part in an election until it has been won and lost, or `stop`. Used once. */
export class LeaderElection {
  readonly #options: Required<Pick<LeaderElectionOptions, 'leaseMs' | 'renewDeadlineMs' | 'retryMs' | 'random'>> &
    LeaderElectionOptions;
  readonly #stopping = new AbortController();
  readonly #writes = new AbortController();
  #loop: Promise<void> | undefined;
  #known: LeaseState | undefined;
  #seenVersion: string | undefined;
  #knownSince = 0;
  #term: Term | undefined;
  #termTimer: Timer | undefined;
  #isOver = false;
  #predecessorUntilMs: number | undefined;
  #lastProgressAt: number;

  constructor(options: LeaderElectionOptions) {
    this.#options = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000, random: Math.random, ...options };
    const { leaseMs, renewDeadlineMs, retryMs } = this.#options;
    if (!(retryMs < renewDeadlineMs && renewDeadlineMs < leaseMs)) {
      throw new Error(
        `a lease of ${leaseMs} ms needs retry (${retryMs}) < renew deadline (${renewDeadlineMs}) < lease`,
      );
    }
    this.#lastProgressAt = options.clock.now();
  }

  /** Whether writing is allowed at this moment, by both clocks. */
  get isLeader(): boolean {
    return this.#whyNot() === undefined;
  }

  /** Wall time of the last answer about the lease, for liveness. */
  get lastProgressAt(): number {
    return this.#lastProgressAt;
  }

  /**
   * Until when a process that led before this one may have been at work, in epoch ms; `undefined` when none is known.
   * The time is told by that process's clock, and is never later than the begin of our own term.
   */
  get predecessorUntilMs(): number | undefined {
    return this.#predecessorUntilMs;
  }

  /** For `KubeClient.guardedBy`: no write passes after the right to it has ended, not even after SIGSTOP and SIGCONT. */
  writeGuard(): WriteGuard {
    return {
      signal: this.#writes.signal,
      check: () => {
        const reason = this.#whyNot();
        if (reason === undefined) return;
        if (this.#term !== undefined) this.#lose(reason);
        throw leaseLost(reason);
      },
    };
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends taking part; gives the lease back when it is held, so that another can take it at once. Stop writing first. */
  async stop(): Promise<void> {
    const wasLeader = this.isLeader;
    this.#isOver = true;
    this.#endTerm('this process is stopping');
    this.#stopping.abort(new Error('the election was left'));
    await this.#loop;
    if (wasLeader) await this.#giveBack();
  }

  async #run(): Promise<void> {
    const { clock, retryMs, random } = this.#options;
    while (!this.#hasEnded()) {
      try {
        await this.#tryOnce();
        this.#lastProgressAt = clock.now();
      } catch (error) {
        this.#tryFailed(error);
      }
      if (this.#hasEnded()) return;
      await clock.sleep(retryMs * (1 + 0.2 * random()), this.#stopping.signal).catch(() => undefined);
    }
  }

  #hasEnded(): boolean {
    return this.#isOver;
  }

  #tryFailed(error: unknown): void {
    // What we know of the lease may be out of date; read it anew. How long it has been so stays known.
    if (isConflict(error)) this.#lastProgressAt = this.#options.clock.now();
    if (this.#term === undefined || isConflict(error)) this.#known = undefined;
    if (!this.#isOver) this.#options.log.warn({ err: error }, 'the lease could not be read or renewed; trying again');
  }

  async #tryOnce(): Promise<void> {
    const { clock, identity, leaseMs } = this.#options;
    const known = this.#term === undefined ? await this.#read() : (this.#known ?? (await this.#read()));
    if (known !== undefined && known.holder !== identity && !this.#hasExpired(known)) {
      if (this.#term !== undefined) this.#lose(`${known.holder} holds the lease`);
      return;
    }
    const sentAt = { wall: clock.now(), monotonic: clock.monotonic() };
    const claim = {
      key: this.#options.lease,
      holder: identity,
      durationMs: leaseMs,
      nowMs: sentAt.wall,
      before: known,
    };
    this.#note(await this.#write(leaseObject(claim), known === undefined));
    if (this.#term === undefined) this.#predecessorUntilMs = endOfWork(known, sentAt.wall);
    this.#beginTerm(sentAt);
  }

  async #read(): Promise<LeaseState | undefined> {
    const { client, lease, retryMs } = this.#options;
    const signal = this.#stopping.signal;
    const found = await client.find(kinds.Lease, lease, { signal, timeoutMs: Math.max(retryMs, 1_000) });
    if (found === undefined) return undefined;
    return this.#note(readLease(found));
  }

  async #write(object: ReturnType<typeof leaseObject>, isNew: boolean): Promise<LeaseState> {
    const { client, renewDeadlineMs } = this.#options;
    const options = { signal: this.#stopping.signal, timeoutMs: renewDeadlineMs };
    const written = isNew
      ? await client.create(kinds.Lease, object, options)
      : await client.replace(kinds.Lease, object, options);
    return readLease(written);
  }

  /** Others' clocks are not ours: a lease's age counts from when we first saw this very version of it. */
  #note(lease: LeaseState): LeaseState {
    if (lease.resourceVersion !== this.#seenVersion) this.#knownSince = this.#options.clock.monotonic();
    this.#seenVersion = lease.resourceVersion;
    this.#known = lease;
    return lease;
  }

  #hasExpired(lease: LeaseState): boolean {
    if (lease.holder === '') return true;
    return this.#options.clock.monotonic() - this.#knownSince >= Math.max(lease.durationMs, this.#options.leaseMs);
  }

  #beginTerm(sentAt: { readonly wall: number; readonly monotonic: number }): void {
    if (this.#isOver) return;
    const { clock, renewDeadlineMs, log, lease, onElected } = this.#options;
    const isFirst = this.#term === undefined;
    this.#term = { endsAtWall: sentAt.wall + renewDeadlineMs, endsAtMonotonic: sentAt.monotonic + renewDeadlineMs };
    this.#termTimer?.cancel();
    this.#termTimer = clock.schedule(this.#term.endsAtMonotonic - clock.monotonic(), () => {
      this.#lose('the lease could not be renewed in time');
    });
    if (!isFirst) return;
    log.info({ lease: formatKey(lease) }, 'this process leads');
    this.#call(onElected);
  }

  /** Why writing is not allowed now; undefined when it is. */
  #whyNot(): string | undefined {
    const { clock } = this.#options;
    if (this.#isOver) return 'the lease was lost or given back';
    if (this.#term === undefined) return 'another process leads';
    if (clock.monotonic() >= this.#term.endsAtMonotonic) return 'the lease was not renewed in time';
    if (clock.now() >= this.#term.endsAtWall)
      return 'the lease has run out while this process or its clock stood still';
    return undefined;
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endTerm(reason);
    this.#stopping.abort(new Error(reason));
    this.#options.log.error({ lease: formatKey(this.#options.lease), reason }, 'this process leads no more');
    this.#call(() => this.#options.onLost?.(reason));
  }

  #endTerm(reason: string): void {
    this.#termTimer?.cancel();
    this.#writes.abort(leaseLost(reason));
  }

  async #giveBack(): Promise<void> {
    const { client, clock, lease } = this.#options;
    const before = this.#known;
    if (before === undefined) return;
    try {
      const claim = { key: lease, holder: '', durationMs: 1_000, nowMs: clock.now(), before };
      await client.replace(kinds.Lease, leaseObject(claim), { timeoutMs: 2_000 });
    } catch (error) {
      this.#options.log.info({ err: error }, 'the lease could not be given back; it will run out');
    }
  }

  #call(callback: (() => void) | undefined): void {
    try {
      callback?.();
    } catch (error) {
      this.#options.log.error({ err: error }, 'a callback of the election threw');
    }
  }
}

/** A lease that was given back ended with its last write; one that ran out was good for its whole time. */
function endOfWork(lease: LeaseState | undefined, nowMs: number): number | undefined {
  if (lease === undefined) return undefined;
  const { holder, renewedAtMs = nowMs, durationMs } = lease;
  return Math.min(nowMs, holder === '' ? renewedAtMs : renewedAtMs + durationMs);
}

function leaseLost(reason: string): KubeError {
  const message = `no write is allowed: ${reason}`;
  return new KubeError({ status: 0, reason: 'LeaseLost', disposition: 'waiting', message });
}
