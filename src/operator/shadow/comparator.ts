/**
 * Gets two tables as bytes, gives the evidence; the work is done in one worker thread for all configs, one comparison
 * after the other.
 *
 * A comparison that takes too long is ended with its thread: a tolerated pattern is a regular expression written for
 * RE2, and this engine may take for ever where RE2 would not.
 */
import { Worker } from 'node:worker_threads';
import { systemClock, type Clock, type Timer } from '../../runtime/index.ts';
import type { Evidence, InconclusiveReason, TextComparisonOptions } from '../../shadow/index.ts';

export interface CompareRequest {
  readonly id: number;
  readonly direct: Uint8Array<ArrayBuffer>;
  readonly routeServer: Uint8Array<ArrayBuffer>;
  readonly options: TextComparisonOptions;
}
/** Without evidence: the comparison begins now. */
export interface CompareAnswer {
  readonly id: number;
  readonly evidence?: Evidence;
}
export interface CompareWorkerData {
  /** One number: the index of the tolerated pattern that is being tried, or -1. */
  readonly trying: Int32Array;
}
interface Job {
  readonly request: CompareRequest;
  readonly resolve: (evidence: Evidence) => void;
}

export interface ComparatorOptions {
  readonly clock?: Pick<Clock, 'schedule'>;
  /** After so long a comparison is given up. Two tables of 110,000 routes that differ in every route take seconds. */
  readonly limitMs?: number;
}

// The bundle of the worker lies beside the bundle of the operator, as the sources lie beside each other.
const workerUrl = new URL(`./compare.worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** One worker, started with the first comparison and again after it died. */
export class Comparator {
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #limitMs: number;
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #queue: Job[] = [];
  #active: Job | undefined;
  #timer: Timer | undefined;
  readonly #trying = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** Patterns that did not come to an end: each further try would cost the limit once more. */
  readonly #endless = new Set<string>();

  constructor({ clock = systemClock, limitMs = 60_000 }: ComparatorOptions = {}) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Compares; the bytes are handed over and must not be used any more. Never rejects. */
  compare(
    direct: Uint8Array<ArrayBuffer>,
    routeServer: Uint8Array<ArrayBuffer>,
    options: TextComparisonOptions,
  ): Promise<Evidence> {
    const endless = options.tolerate.findIndex(({ route }) => route !== undefined && this.#endless.has(route));
    if (endless !== -1) return Promise.resolve(tookTooLong(patternMessage(endless, options)));
    const request: CompareRequest = { id: (this.#nextId += 1), direct, routeServer, options };
    return new Promise((resolve) => {
      this.#queue.push({ request, resolve });
      this.#next();
    });
  }

  /** Ends the worker; comparisons under way are inconclusive. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const { resolve } of this.#queue.splice(0)) resolve(lost('it was stopped'));
    this.#settle(lost('it was stopped'));
    await worker?.terminate();
  }

  #next(): void {
    if (this.#active !== undefined) return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    this.#active = job;
    const { direct, routeServer } = job.request;
    const transfer = direct.buffer === routeServer.buffer ? [direct.buffer] : [direct.buffer, routeServer.buffer];
    Atomics.store(this.#trying, 0, -1);
    this.#running().postMessage(job.request, transfer);
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const workerData: CompareWorkerData = { trying: this.#trying };
    const worker = new Worker(workerUrl, { workerData });
    // A comparison must not keep the process alive, nor may a dead worker leave a caller waiting.
    worker.unref();
    worker.on('message', ({ id, evidence }: CompareAnswer) => {
      if (this.#active?.request.id !== id) return;
      if (evidence === undefined) this.#limit(this.#active);
      else this.#settle(evidence);
    });
    worker.on('error', (error: unknown) => {
      this.#lost(worker, error instanceof Error ? error.message : 'unknown error');
    });
    worker.on('exit', () => {
      this.#lost(worker, 'the comparing thread ended');
    });
    this.#worker = worker;
    return worker;
  }

  #lost(worker: Worker, why: string): void {
    // An error is followed by an exit, and by then the next worker may be at work already.
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#settle(lost(why));
  }

  // From its begin on: how long a thread takes to start says nothing about a comparison.
  #limit({ request }: Job): void {
    this.#timer = this.#clock.schedule(this.#limitMs, () => {
      this.#giveUp(request.options);
    });
  }

  #giveUp(options: TextComparisonOptions): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    const index = Atomics.load(this.#trying, 0);
    const route = options.tolerate[index]?.route;
    if (route !== undefined) this.#endless.add(route);
    this.#settle(
      tookTooLong(
        route === undefined ? 'the comparison took too long and was given up' : patternMessage(index, options),
      ),
    );
  }

  #settle(evidence: Evidence): void {
    const job = this.#active;
    this.#active = undefined;
    this.#timer?.cancel();
    job?.resolve(evidence);
    this.#next();
  }
}

function patternMessage(index: number, { tolerate }: TextComparisonOptions): string {
  return (
    `spec.shadow.tolerate[${index}].route ${JSON.stringify(tolerate[index]?.route)} does not come to an end on some ` +
    'route ids; write it without one repetition inside another'
  );
}

const evidenceOf = (reason: InconclusiveReason, message: string): Evidence => ({
  outcome: 'inconclusive',
  reason,
  message,
});
const tookTooLong = (message: string): Evidence => evidenceOf('TookTooLong', message);
const lost = (why: string): Evidence => evidenceOf('NoData', `the comparison was lost: ${why}`);
