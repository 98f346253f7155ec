/** Everything outside the process that a command touches, so that tests can stand in for it. */
import type { Clock } from '../runtime/index.ts';

export interface Surroundings {
  /** Results. */
  readonly out: (text: string) => void;
  /** Remarks and mistakes. */
  readonly err: (text: string) => void;
  /** All of standard input, which can be read once. */
  readonly stdin: () => Promise<string>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/** As diff(1) has it: 0 and 1 are answers, 2 means that there is none. */
export const exitCodes = { ok: 0, found: 1, failed: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
