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

/**
 * Begins at once; the function that it gives ends it. Meanwhile V8 does not conclude from lists, of which everything is
 * kept, that what is made at other places will be kept, too.
 */
export function optimiseLittle(): () => void {
  setFlags(callsWhileStarting, '--no-allocation-site-pretenuring');
  return () => {
    setFlags(usualCalls, '--allocation-site-pretenuring');
  };
}

function setFlags(calls: number, pretenuring: string): void {
  setFlagsFromString(`--invocation-count-for-turbofan=${calls}`);
  setFlagsFromString(pretenuring);
}
