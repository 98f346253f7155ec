/**
 * Gets a program's flags and environment; gives typed options, or every mistake at once, each with its remedy.
 *
 * Flags are written as in Go programs: `-name value`, `--name=value`, `--switch`, `--switch=false`.
 * A flag beats the environment, which beats the default.
 */
import { parseDuration } from './duration.ts';

interface Common {
  readonly help: string;
  /** Name of an environment variable that can give the value too. */
  readonly env?: string;
}

/** One option. `parse` returns the value, or what a right value looks like. */
export interface OptionDefinition<T> extends Common {
  readonly parse: (raw: readonly string[]) => { readonly value: T } | { readonly expected: string };
  /** Used when neither flag nor environment give a value; without it the option is required. */
  readonly fallback: T | undefined;
  readonly isRequired: boolean;
  /** A switch takes no value of its own. */
  readonly isSwitch: boolean;
}

/** A program's options by flag name. */
export type OptionDefinitions = Readonly<Record<string, OptionDefinition<unknown>>>;

/** The values that definitions lead to. */
export type OptionValues<D extends OptionDefinitions> = {
  readonly [K in keyof D]: D[K] extends OptionDefinition<infer T> ? T : never;
};

export type ParsedOptions<D extends OptionDefinitions> =
  | { readonly ok: true; readonly options: OptionValues<D> }
  | { readonly ok: false; readonly problems: readonly string[] };

function define<T>(
  common: Common & { readonly fallback?: T },
  parseOne: (raw: string) => T | undefined,
  expected: string,
): OptionDefinition<T> {
  return {
    help: common.help,
    ...(common.env === undefined ? {} : { env: common.env }),
    fallback: common.fallback,
    isRequired: !('fallback' in common),
    isSwitch: false,
    parse: (raw) => {
      const value = parseOne(raw.at(-1) ?? '');
      return value === undefined ? { expected } : { value };
    },
  };
}

/** Free text; not empty. */
export function text(options: Common & { readonly fallback?: string }): OptionDefinition<string> {
  return define(options, (raw) => (raw === '' ? undefined : raw), 'a text');
}

/** A whole number between `min` and `max`, both included. */
export function integer(
  options: Common & { readonly fallback?: number; readonly min: number; readonly max: number },
): OptionDefinition<number> {
  const { min, max } = options;
  const parse = (raw: string): number | undefined => {
    const value = /^[+-]?\d+$/.test(raw) ? Number(raw) : NaN;
    return value >= min && value <= max ? value : undefined;
  };
  return define(options, parse, `a whole number from ${min} to ${max}`);
}

/** A duration such as `30s` or `1h30m`, at least `minMs` (default 0); the value is in milliseconds. */
export function duration(
  options: Common & { readonly fallback?: number; readonly minMs?: number },
): OptionDefinition<number> {
  const parse = (raw: string): number | undefined => {
    const ms = parseDuration(raw);
    return ms !== undefined && ms >= (options.minMs ?? 0) ? ms : undefined;
  };
  return define(options, parse, 'a duration such as 30s, 10m or 1h30m');
}

/** Where to listen: `:8080` on all addresses, or `host:port`; an IPv6 host in brackets. */
export function address(options: Common & { readonly fallback?: ListenAddress }): OptionDefinition<ListenAddress> {
  return define(options, parseListenAddress, 'an address such as :8080 or 127.0.0.1:8080');
}

/** A place to listen at; without a host, on all addresses. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

function parseListenAddress(raw: string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]*)):(\d{1,5})$/.exec(raw) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return undefined;
  const host = bracketed ?? plain ?? '';
  return host === '' ? { port } : { host, port };
}

/** One of some words. */
export function oneOf<const W extends string>(
  words: readonly W[],
  options: Common & { readonly fallback?: W },
): OptionDefinition<W> {
  return define(options, (raw) => words.find((word) => word === raw), `one of ${words.join(', ')}`);
}

/** A switch: `--name`, or with a value of true or false. Off unless `fallback` says otherwise. */
export function flag(options: Common & { readonly fallback?: boolean }): OptionDefinition<boolean> {
  const words = new Map([
    ['true', true],
    ['1', true],
    ['', true],
    ['false', false],
    ['0', false],
  ]);
  const defined = define({ fallback: false, ...options }, (raw) => words.get(raw), 'true or false');
  return { ...defined, isSwitch: true };
}

/** A flag that may be given several times; one environment value is split at commas. Keeps the order. */
export function list(options: Common & { readonly fallback?: readonly string[] }): OptionDefinition<readonly string[]> {
  const defined = define<readonly string[]>({ fallback: [], ...options }, () => undefined, '');
  return { ...defined, parse: (raw) => ({ value: raw }) };
}

/** Parses `argv` (without node and script) and `env` by `definitions`. */
export function parseOptions<const D extends OptionDefinitions>(
  definitions: D,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedOptions<D> {
  const { given, problems } = readFlags(definitions, argv);
  const options: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const outcome = resolve(name, definition, given.get(name) ?? fromEnvironment(definition, env));
    if ('problem' in outcome) problems.push(outcome.problem);
    else options[name] = outcome.value;
  }
  // The loop above has put a value under every name that D has.
  return problems.length > 0 ? { ok: false, problems } : { ok: true, options: options as OptionValues<D> };
}

interface Given {
  readonly raw: readonly string[];
  readonly from: string;
}

function readFlags(
  definitions: OptionDefinitions,
  argv: readonly string[],
): { given: Map<string, Given>; problems: string[] } {
  const given = new Map<string, Given>();
  const problems: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const found = findFlag(definitions, word);
    if (found === undefined) {
      problems.push(`unknown argument ${JSON.stringify(word)}; --help lists what there is`);
      continue;
    }
    const { name, isSwitch } = found;
    const value = found.inline ?? (isSwitch ? 'true' : rest.shift());
    if (value === undefined) problems.push(`--${name} needs a value`);
    else given.set(name, { raw: [...(given.get(name)?.raw ?? []), value], from: `--${name}` });
  }
  return { given, problems };
}

function findFlag(
  definitions: OptionDefinitions,
  word: string,
): { name: string; inline: string | undefined; isSwitch: boolean } | undefined {
  const [, name = '', inline] = /^--?([a-zA-Z][\w.-]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  return definition === undefined ? undefined : { name, inline, isSwitch: definition.isSwitch };
}

function fromEnvironment(
  definition: OptionDefinition<unknown>,
  env: Readonly<Record<string, string | undefined>>,
): Given | undefined {
  const value = definition.env === undefined ? undefined : env[definition.env];
  if (definition.env === undefined || value === undefined || value === '') return undefined;
  const isList = Array.isArray(definition.fallback);
  const raw = isList ? value.split(',').map((part) => part.trim()) : [value];
  return { raw, from: `environment variable ${definition.env}` };
}

function resolve(
  name: string,
  definition: OptionDefinition<unknown>,
  given: Given | undefined,
): { value: unknown } | { problem: string } {
  if (given === undefined) {
    if (!definition.isRequired) return { value: definition.fallback };
    const instead = definition.env === undefined ? '' : ` (or set ${definition.env})`;
    return { problem: `--${name} is required${instead}: ${definition.help}` };
  }
  const parsed = definition.parse(given.raw);
  if ('value' in parsed) return parsed;
  return { problem: `${given.from} is ${JSON.stringify(given.raw.at(-1))}, expected ${parsed.expected}` };
}

/** Help for `--help`: a line or two per option. */
export function describeOptions(definitions: OptionDefinitions): string {
  return Object.entries(definitions)
    .map(([name, { help, env }]) => `  --${name}${env === undefined ? '' : ` [${env}]`}\n      ${help}`)
    .join('\n');
}
