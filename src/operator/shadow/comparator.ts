/** Gets two tables as bytes, gives the evidence; the work is done in one worker thread for all configs. */
import { Worker } from 'node:worker_threads';
import type { Evidence, TextComparisonOptions } from '../../shadow/index.ts';

export interface CompareRequest {
  readonly id: number;
  readonly direct: Uint8Array<ArrayBuffer>;
  readonly routeServer: Uint8Array<ArrayBuffer>;
  readonly options: TextComparisonOptions;
}
export interface CompareAnswer {
  readonly id: number;
  readonly evidence: Evidence;
}

// The bundle of the worker lies beside the bundle of the operator, as the sources lie beside each other.
const workerUrl = new URL(`./compare.worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** One worker, started with the first comparison and again after it died. */
export class Comparator {
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #waiting = new Map<number, (evidence: Evidence) => void>();

  /** Compares; the bytes are handed over and must not be used any more. Never rejects. */
  compare(
    direct: Uint8Array<ArrayBuffer>,
    routeServer: Uint8Array<ArrayBuffer>,
    options: TextComparisonOptions,
  ): Promise<Evidence> {
    const id = (this.#nextId += 1);
    const request: CompareRequest = { id, direct, routeServer, options };
    const transfer = direct.buffer === routeServer.buffer ? [direct.buffer] : [direct.buffer, routeServer.buffer];
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#running().postMessage(request, transfer);
    });
  }

  /** Ends the worker; comparisons under way are inconclusive. */
  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(workerUrl);
    // A comparison must not keep the process alive, nor may a dead worker leave a caller waiting.
    worker.unref();
    worker.on('message', ({ id, evidence }: CompareAnswer) => {
      this.#settle(id, evidence);
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
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id, { outcome: 'inconclusive', reason: 'NoData', message: `the comparison was lost: ${why}` });
    }
  }

  #settle(id: number, evidence: Evidence): void {
    this.#waiting.get(id)?.(evidence);
    this.#waiting.delete(id);
  }
}
