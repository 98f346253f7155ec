/** What is wrong with an object, and where that is. */
import type { Problem, ProblemCode } from '../../compile/index.ts';
import type { Place } from './place.ts';

/** As the compiler's problem, with the place; and with what only manifests can be wrong in. */
export interface LocatedProblem extends Omit<Problem, 'code'> {
  readonly code: ProblemCode | 'duplicate-object' | 'unsupported-version';
  /** Undefined for what no manifest is to blame for, such as a route edited by a flag. */
  readonly place: Place | undefined;
}
