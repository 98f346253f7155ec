/** Gets the directory that -default-filters-dir names; gives the texts of default filters by file name. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDefaultFiltersFile } from '../../compile/index.ts';
import { Failure, whyUnreadable } from '../failure.ts';

/** Skipper passes over larger files. */
const maxFileBytes = 1024 * 1024;

/**
 * Reads `<service>.<namespace>` files; none for `''`.
 * @throws Failure when the directory cannot be read: a route server goes on without, but here it is a typing mistake
 */
export async function readDefaultFilters(directory: string): Promise<ReadonlyMap<string, string>> {
  if (directory === '') return new Map();
  try {
    const texts = new Map<string, string>();
    for (const name of (await readdir(directory)).filter(isDefaultFiltersFile)) {
      const path = join(directory, name);
      const found = await stat(path);
      if (found.isFile() && found.size <= maxFileBytes) texts.set(name, await readFile(path, 'utf8'));
    }
    return texts;
  } catch (error) {
    throw new Failure(`-default-filters-dir: ${directory}: ${whyUnreadable(error)}`);
  }
}
