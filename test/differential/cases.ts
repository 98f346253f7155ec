/** Stores cases in which the tables once differed, and reads them again. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { FlagSet } from './arbitraries/flags.ts';
import type { Json } from './arbitraries/services.ts';
import type { Failure } from './run.ts';

const folder = join(import.meta.dirname, 'cases');

export interface KeptCase {
  readonly name: string;
  /** What it shows. */
  readonly title: string;
  readonly flags: FlagSet;
  readonly objects: readonly Json[];
}

/** Gives the path of the file. Its title is for a person to write. */
export function keepCase({ seed, flags, objects, differences }: Failure): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `seed-${seed}.json`);
  writeFileSync(path, `${JSON.stringify({ title: differences[0] ?? '', flags, objects }, null, 2)}\n`);
  return path;
}

export function keptCases(): readonly KeptCase[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => extname(file) === '.json')
    .toSorted()
    .map((file) => ({
      name: basename(file, '.json'),
      ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<KeptCase, 'name'>),
    }));
}
