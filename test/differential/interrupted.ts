/** Gets signals; gives the exit code for the first one, so that a long run can stop what it started. */
import { constants } from 'node:os';

/** Resolves with what a shell calls the end by SIGINT or SIGTERM. A second signal ends the process at once. */
export function interrupted(): Promise<number> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.once(name, () => {
        process.stderr.write(`\n${name}: stopping what was started\n`);
        resolve(128 + constants.signals[name]);
      });
    }
  });
}
