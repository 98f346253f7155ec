/**
 * Gets word that a program starts; has V8 optimise only what runs most until the start is over.
 *
 * A start runs much code for a few seconds and little of it afterwards. To optimise all of that takes other threads more
 * CPU time than it saves (docs/adr/0073).
 */
import { setFlagsFromString } from 'node:v8';

/** So many calls, and V8's last tier optimises a function: the default of Node 24. */
const usualCalls = 3_000;
const callsWhileStarting = 30_000;

/** Begins at once; the function that it gives ends it. */
export function optimiseLittle(): () => void {
  setCalls(callsWhileStarting);
  return () => {
    setCalls(usualCalls);
  };
}

function setCalls(calls: number): void {
  setFlagsFromString(`--invocation-count-for-turbofan=${calls}`);
}
