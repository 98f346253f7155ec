/** Gets texts as they come, good and broken, gives the last good toggles. */
import { channels, errorOf } from '../balancer-adapter/index.ts';
import type { ProblemEvent } from '../balancer-adapter/index.ts';
import { everythingThroughSkipper, parseToggles } from './toggles.ts';
import type { Toggles } from './toggles.ts';

/** Where a dispatcher looks before each request. */
export interface TogglesSource {
  /** What holds now. */
  readonly current: Toggles;
}

/** What holds at first, and who is told of content that is broken. */
export interface LastGoodOptions {
  /** What holds until something good was read. Default: everything goes through Skipper. */
  readonly initial?: Toggles;
  /** Told once per new problem; the last good toggles stay. */
  readonly onProblem?: (error: Error) => void;
  /** Told when other toggles come into force. */
  readonly onChange?: (toggles: Toggles) => void;
}

/** Toggles that survive broken content: for a source of your own, which hands texts over. Experimental. */
export class LastGoodToggles implements TogglesSource {
  readonly #options: LastGoodOptions;
  #current: Toggles;
  #text: string | undefined;
  #problem: Error | undefined;

  constructor(options: LastGoodOptions) {
    this.#options = options;
    this.#current = options.initial ?? everythingThroughSkipper;
  }

  get current(): Toggles {
    return this.#current;
  }

  /** What is wrong with what was read last; undefined when it was good. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Takes the text that is there now. */
  offer(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    try {
      const toggles = parseToggles(text);
      this.#problem = undefined;
      this.#adopt(toggles);
    } catch (error) {
      this.#report(errorOf(error));
    }
  }

  /** Nothing could be read. */
  fail(error: Error): void {
    this.#text = undefined;
    if (this.#problem?.message !== error.message) this.#report(error);
  }

  #adopt(toggles: Toggles): void {
    this.#current = toggles;
    this.#options.onChange?.(toggles);
  }

  #report(error: Error): void {
    this.#problem = error;
    if (channels.problem.hasSubscribers) channels.problem.publish({ source: 'toggles', error } satisfies ProblemEvent);
    this.#options.onProblem?.(error);
  }
}
