/**
 * Gets a caller's signal and a time limit; gives one signal for a call, which leaves nothing behind when it is done.
 *
 * AbortSignal.any and AbortSignal.timeout would do, but hold on to a long-lived parent until collected; a program that
 * makes calls for months under one lifetime signal wants that let go at once.
 */

/** The signal of one call. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether time ran out (rather than the caller giving up). */
  readonly hasPassed: boolean;
  /** Starts the time limit anew. */
  restart(): void;
  /** Ends the call, if it still goes on. */
  abort(reason: Error): void;
  /** Lets go of parents and timer. */
  clear(): void;
}

/** Starts a limit of `limitMs` under `parents`. */
export function startDeadline(limitMs: number, parents: readonly (AbortSignal | undefined)[]): Deadline {
  const controller = new AbortController();
  let hasPassed = false;
  const pass = (): void => {
    hasPassed = true;
    controller.abort(new Error(`no answer within ${limitMs} ms`));
  };
  let timer = setTimeout(pass, limitMs);
  const releases = parents.map((parent) => follow(parent, controller));
  return {
    signal: controller.signal,
    get hasPassed() {
      return hasPassed;
    },
    restart: () => {
      clearTimeout(timer);
      timer = setTimeout(pass, limitMs);
    },
    abort: (reason) => {
      controller.abort(reason);
    },
    clear: () => {
      clearTimeout(timer);
      for (const release of releases) release();
    },
  };
}

function follow(parent: AbortSignal | undefined, controller: AbortController): () => void {
  if (parent === undefined) return () => undefined;
  const end = (): void => {
    controller.abort(parent.reason);
  };
  if (parent.aborted) end();
  else parent.addEventListener('abort', end, { once: true });
  return () => {
    parent.removeEventListener('abort', end);
  };
}
