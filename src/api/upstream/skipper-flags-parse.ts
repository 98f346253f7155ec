/**
 * Gets: a container's args. Gives: the program's words, each flag as Go's `flag` package reads it together with the
 * very words it was written in, and what Skipper would refuse.
 */
import type { SkipperFlag } from './skipper-flags-group.ts';
import { fitsFlagType } from './skipper-flags-values.ts';

/** One occurrence of a flag. */
export interface ParsedFlag {
  readonly name: string;
  /** The one or two args it was written in, to be handed on unchanged. */
  readonly raw: readonly string[];
  /** What was given; `true` for a bare boolean. */
  readonly value: string;
}

/** Why Skipper would not start with these args. */
interface FlagProblem {
  /** The flag's name, or the arg itself where it names none. */
  readonly flag: string;
  readonly message: string;
}

/** Args taken apart; `programWords`, the `raw` of each flag, and `rest` joined again are the args. */
export interface ParsedFlagArgs {
  /** Words before the first flag: what to run, such as `run.sh skipper`. */
  readonly programWords: readonly string[];
  /** In the order written, repeated ones included. */
  readonly flags: readonly ParsedFlag[];
  /** Everything from the first word after the flags, `--` included. Skipper refuses any of it but `--` alone. */
  readonly rest: readonly string[];
  readonly problems: readonly FlagProblem[];
}

interface Occurrence {
  readonly flag: ParsedFlag;
  readonly problem?: string;
}

type FindFlag = (name: string) => SkipperFlag | undefined;

/**
 * Reads args by the rules of Go's `flag` package: `-x`, `--x`, `-x=v`, `-x v` unless x is boolean, and nothing after
 * the first word that is no flag. An unknown flag is a problem and keeps only its own arg.
 */
export function parseArgs(args: readonly string[], findFlag: FindFlag): ParsedFlagArgs {
  const firstFlag = args.findIndex(looksLikeFlag);
  const start = firstFlag === -1 ? args.length : firstFlag;
  const flags: ParsedFlag[] = [];
  const problems: FlagProblem[] = [];
  let at = start;
  for (let arg = args[at]; arg !== undefined && looksLikeFlag(arg) && arg !== '--'; arg = args[at]) {
    const { flag, problem } = readFlag(arg, args[at + 1], findFlag);
    flags.push(flag);
    if (problem !== undefined) problems.push({ flag: flag.name, message: problem });
    at += flag.raw.length;
  }
  const rest = args.slice(at);
  const stray = rest[0] === '--' ? rest[1] : rest[0];
  if (stray !== undefined) {
    problems.push({
      flag: stray,
      message: 'is no flag; Skipper refuses words after its flags, and reads none behind them',
    });
  }
  return { programWords: args.slice(0, start), flags, rest, problems };
}

// Go takes a lone "-" for a word.
function looksLikeFlag(arg: string): boolean {
  return arg.length > 1 && arg.startsWith('-');
}

function readFlag(arg: string, next: string | undefined, findFlag: FindFlag): Occurrence {
  const [, name, assigned] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
  if (name === undefined) {
    return { flag: { name: arg, raw: [arg], value: '' }, problem: 'is not in the form -name or -name=value' };
  }
  const known = findFlag(name);
  if (known === undefined) {
    return { flag: { name, raw: [arg], value: assigned ?? '' }, problem: 'is not a flag of Skipper v0.27.65' };
  }
  if (assigned !== undefined) return checked({ name, raw: [arg], value: assigned }, known);
  if (known.type === 'bool') return { flag: { name, raw: [arg], value: 'true' } };
  if (next === undefined) return { flag: { name, raw: [arg], value: '' }, problem: 'needs a value' };
  return checked({ name, raw: [arg, next], value: next }, known);
}

function checked(flag: ParsedFlag, { type }: SkipperFlag): Occurrence {
  return fitsFlagType(type, flag.value) ? { flag } : { flag, problem: `has a value that is no ${type}` };
}
