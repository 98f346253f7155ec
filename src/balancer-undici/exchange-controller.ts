/** Gets what a caller's handler wants of its request, gives it to the attempt that is under way. */
import type { Dispatcher } from 'undici';

type Controller = Dispatcher.DispatchController;

/** Told when the caller gives up. */
interface Abortable {
  readonly abort: (reason: Error) => void;
}

/** An attempt; its controller is undici's, once the request is on its way. */
interface Controlled {
  readonly controller: Controller | undefined;
}

/** The same for the whole of a request, whichever attempt serves it: a handler may keep it. */
export class ExchangeController implements Controller {
  readonly #owner: Abortable | undefined;
  #attempt: Controlled | undefined;
  #isPaused = false;
  #reason: Error | null = null;

  constructor(owner?: Abortable) {
    this.#owner = owner;
  }

  get aborted(): boolean {
    return this.#reason !== null;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  get paused(): boolean {
    return this.#isPaused;
  }

  get rawHeaders(): NonNullable<Controller['rawHeaders']> | null {
    return this.#attempt?.controller?.rawHeaders ?? null;
  }

  get rawTrailers(): NonNullable<Controller['rawTrailers']> | null {
    return this.#attempt?.controller?.rawTrailers ?? null;
  }

  /** From now on this attempt serves the request. */
  adopt(attempt: Controlled): void {
    this.#attempt = attempt;
  }

  abort(reason: Error): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    const target = this.#attempt?.controller;
    this.#owner?.abort(reason);
    target?.abort(reason);
  }

  pause(): void {
    this.#isPaused = true;
    this.#attempt?.controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#attempt?.controller?.resume();
  }
}
