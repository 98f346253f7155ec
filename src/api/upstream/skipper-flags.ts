/**
 * Gives: every command line flag of Skipper v0.27.65 (its Go route server has the same), who needs it when the routes
 * come from a route server, and a reader of args that follows Go.
 */
import { ungroup } from './skipper-flags-group.ts';
import type { SkipperFlag } from './skipper-flags-group.ts';
import { keptFilterFlags } from './skipper-flags-kept-filters.ts';
import { keptProxyFlags } from './skipper-flags-kept-proxy.ts';
import { movedFlags } from './skipper-flags-moved.ts';
import { parseArgs } from './skipper-flags-parse.ts';
import type { ParsedFlagArgs } from './skipper-flags-parse.ts';

export type { SkipperFlag, SkipperFlagSide } from './skipper-flags-group.ts';
export type { ParsedFlag, ParsedFlagArgs } from './skipper-flags-parse.ts';
export { fitsFlagType, parseGoBool, parseGoDuration } from './skipper-flags-values.ts';

/** All flags of Skipper v0.27.65. */
export const skipperFlags: readonly SkipperFlag[] = ungroup([...movedFlags, ...keptProxyFlags, ...keptFilterFlags]);

const byName: ReadonlyMap<string, SkipperFlag> = new Map(skipperFlags.map((flag) => [flag.name, flag]));

/** Looks a flag up by its name without dashes. */
export function findSkipperFlag(name: string): SkipperFlag | undefined {
  return byName.get(name);
}

/** Reads the args of a container that runs Skipper or a route server. Never throws: see `problems`. */
export function parseFlagArgs(args: readonly string[]): ParsedFlagArgs {
  return parseArgs(args, findSkipperFlag);
}
