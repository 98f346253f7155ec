/**
 * Stores cases in which the tables once differed, and reads them again. They are kept in Skipper's suffix convention:
 * objects, flags, default filters, and the table of the original, so that `npm run fixtures` runs them without Go, too.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { parseRoutes, printRoutes } from '../../src/eskip/index.ts';
import { findCases, readText, type FixtureCase } from '../harness/fixtures/case.ts';
import { withoutZones } from '../harness/fixtures/compare.ts';
import { readDefaultFilters } from '../harness/fixtures/default-filters-folder.ts';
import { readManifests } from '../harness/fixtures/manifests.ts';
import type { FlagSet } from './arbitraries/flags.ts';
import type { Json } from './arbitraries/services.ts';
import type { Failure } from './run.ts';

const kept = join(import.meta.dirname, 'cases');

export interface KeptCase {
  readonly name: string;
  /** What it shows: the comment at the head of its objects. */
  readonly title: string;
  readonly flags: FlagSet;
  readonly objects: readonly Json[];
}

/** Gives the path of the case, without a suffix. Its title is for a person to write. */
export function keepCase({ seed, flags, objects, differences, theirTable }: Failure, folder = kept): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `seed-${seed}`);
  const title = `# ${(differences[0] ?? '').split('\n', 1)[0] ?? ''}\n`;
  // In quotes, for `on` and `0777` are no text in Go without them.
  const form = { defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN', version: '1.1', lineWidth: 0 } as const;
  writeFileSync(`${path}.yaml`, title + objects.map((object) => stringify(object, form)).join('---\n'));
  writeFileSync(`${path}.kube`, stringify({ 'route-server-flags': flags.args }, form));
  writeFileSync(`${path}.eskip`, expectedTable(theirTable));
  if (flags.defaultFilters === undefined) return path;
  mkdirSync(`${path}.default-filters`, { recursive: true });
  for (const [name, text] of Object.entries(flags.defaultFilters)) {
    writeFileSync(join(`${path}.default-filters`, name), text);
  }
  return path;
}

/** Cases do not know of the markers that a contest adds, and compare without zones. */
function expectedTable(theirs: string): string {
  const lines = theirs.split('\n').filter((line) => !/^\w*marker\w*:/.test(line));
  const parsed = parseRoutes(lines.join('\n'));
  return parsed.ok ? printRoutes(parsed.routes.map(withoutZones)) : lines.join('\n');
}

export function keptCases(folder = kept): readonly KeptCase[] {
  return existsSync(folder) ? findCases(folder).map(keptCase) : [];
}

function keptCase({ name, yaml, kube, defaultFilters }: FixtureCase): KeptCase {
  const text = readText(yaml);
  const options = parse(kube === undefined ? '' : readFileSync(kube, 'utf8')) as Json | null;
  const filters = defaultFilters === undefined ? undefined : readDefaultFilters(defaultFilters).files;
  return {
    name,
    title: /^# (.*)/.exec(text)?.[1] ?? '',
    flags: {
      args: (options?.['route-server-flags'] ?? []) as readonly string[],
      defaultFilters: filters === undefined ? undefined : Object.fromEntries(filters),
    },
    objects: readManifests(text) as unknown as readonly Json[],
  };
}
