/** Gets what a caller's handler wants of its request, gives it to the attempt that is under way. */
import type { Dispatcher } from 'undici';

type Controller = Dispatcher.DispatchController;

/** The same for the whole of a request, whichever attempt serves it: a handler may keep it. */
export class ExchangeController implements Controller {
  readonly #onAbort: (reason: Error) => void;
  #target: () => Controller | undefined = () => undefined;
  #isPaused = false;
  #reason: Error | null = null;

  constructor(onAbort: (reason: Error) => void) {
    this.#onAbort = onAbort;
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
    return this.#target()?.rawHeaders ?? null;
  }

  get rawTrailers(): NonNullable<Controller['rawTrailers']> | null {
    return this.#target()?.rawTrailers ?? null;
  }

  /** From now on this attempt serves the request. */
  adopt(target: () => Controller | undefined): void {
    this.#target = target;
  }

  abort(reason: Error): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    const target = this.#target();
    this.#onAbort(reason);
    target?.abort(reason);
  }

  pause(): void {
    this.#isPaused = true;
    this.#target()?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#target()?.resume();
  }
}
