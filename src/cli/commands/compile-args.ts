/**
 * Gets the args of `compile`; gives those of the command itself and, apart, Skipper's flags, which are no options in the
 * sense of any other command: `-forward-backend-url` would be `-f orward-backend-url`.
 */
import { findSkipperFlag } from '../../api/index.ts';
import { ownFlags } from '../../compile/index.ts';

export interface CompileArgs {
  readonly own: readonly string[];
  /** To be read as the route server reads its args. */
  readonly routeServer: readonly string[];
}

/** Sorts args, keeping the order within both kinds. */
export function sortCompileArgs(args: readonly string[]): CompileArgs {
  const own: string[] = [];
  const routeServer: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const [, name, assigned] = /^--?([a-z][a-z0-9-]*)(=.*)?$/s.exec(arg) ?? [];
    const takes = name === undefined ? undefined : valuesOf(name, arg);
    if (takes === undefined) own.push(arg);
    else routeServer.push(arg);
    if (takes !== 'one' || assigned !== undefined) continue;
    const value = args[++at];
    if (value !== undefined) routeServer.push(value);
  }
  return { own, routeServer };
}

/** Whether the flag takes one value or none of the args that follow; undefined when it is none of the route server's. */
function valuesOf(name: string, arg: string): 'one' | 'none' | undefined {
  if (Object.hasOwn(ownFlags, name)) return 'one';
  const flag = findSkipperFlag(name);
  if (flag !== undefined) return flag.type === 'bool' ? 'none' : 'one';
  // A long word behind one dash can only be a mistyped flag of Skipper's; its reader says so. `-ojson` is ours.
  return /^-[a-z0-9]+-/.test(arg) ? 'none' : undefined;
}
