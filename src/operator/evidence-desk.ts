/** Gets what each pass saw; has what was seen compared and watched between the passes, and gives the evidence of that. */
import type { Phase } from '../rollout/index.ts';
import type { ConvergenceDesk } from './convergence/convergence-desk.ts';
import type { ErrorDesk } from './errors/error-desk.ts';
import type { Evidence } from './fleet.ts';
import type { Sighting } from './observe.ts';
import type { ShadowDesk } from './shadow/shadow-desk.ts';

export class EvidenceDesk {
  readonly #shadow: ShadowDesk;
  readonly #convergence: ConvergenceDesk;
  readonly #errors: ErrorDesk;

  constructor(desks: {
    readonly shadow: ShadowDesk;
    readonly convergence: ConvergenceDesk;
    readonly errors: ErrorDesk;
  }) {
    this.#shadow = desks.shadow;
    this.#convergence = desks.convergence;
    this.#errors = desks.errors;
  }

  /** What is known about a config by now. */
  evidenceOf(key: string): Evidence {
    return {
      settlement: this.#shadow.settlementOf(key),
      provenTemplate: this.#shadow.provenTemplateOf(key),
      convergence: this.#convergence.convergenceOf(key),
      errors: this.#errors.errorsOf(key),
      errorsUnreadable: this.#errors.isUnreadable(key),
    };
  }

  /** Looks from now on at what a pass has seen. */
  follow(key: string, seen: Sighting, phase: Phase): void {
    this.#shadow.follow(key, seen, phase);
    this.#convergence.follow(key, seen);
    this.#errors.follow(key, seen);
  }

  forget(key: string): void {
    this.#shadow.forget(key);
    this.#convergence.forget(key);
    this.#errors.forget(key);
  }

  /** Ends everything, for good. */
  stop(): void {
    this.#shadow.stop();
    this.#convergence.stop();
    this.#errors.stop();
  }
}
