/**
 * Gets the flags of a config file and those of the command line; gives what Skipper makes of both.
 *
 * Skipper reads the command line, then the file, then the command line once more. So a flag with one value beats the
 * file, and one that adds to what is there is added twice, unless the file sets it anew in between. That is a mistake
 * of Skipper's; whoever changes to this route server must get the routes that there were (docs/adr/0017).
 * Source: `ParseArgs` in config/config.go of Skipper v0.27.65.
 */
import { findSkipperFlag } from '../../api/index.ts';
import type { GivenFlag } from './flag-values.ts';

/** In the file they add to what is there. */
const added = new Set(['edit-route', 'clone-route']);
/** Their key in the file replaces what is there. */
const replaced = new Set(['default-filters-prepend', 'default-filters-append']);

/** Flags in the order in which they take effect. */
export function mergeFlags(file: readonly GivenFlag[], commandLine: readonly GivenFlag[]): readonly GivenFlag[] {
  const inFile = new Set(file.map(({ name }) => name));
  const isFirst = ({ name }: GivenFlag): boolean => added.has(name) || (replaced.has(name) && !inFile.has(name));
  const beaten = new Set(commandLine.map(({ name }) => name).filter((name) => !isRepeatable(name)));
  return [...commandLine.filter(isFirst), ...file.filter(({ name }) => !beaten.has(name)), ...commandLine];
}

function isRepeatable(name: string): boolean {
  return findSkipperFlag(name)?.repeatable ?? false;
}
