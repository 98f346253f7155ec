/** Gets the paths that a person gave; gives the texts of the manifests there. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, whyUnreadable } from '../failure.ts';

/** The text of one file. */
export interface ManifestText {
  /** The path as given, or `<stdin>`; for messages. */
  readonly file: string;
  readonly text: string;
}

export interface ManifestFilesOptions {
  /** Whether to go into directories below those given. */
  readonly recursive?: true;
  readonly stdin: () => Promise<string>;
}

/**
 * Reads files, directories and, for `-`, standard input. In a directory it takes what kubectl takes: *.yaml, *.yml and
 * *.json, in the order of their names.
 * @throws Failure naming each path that cannot be read
 */
export async function readManifestFiles(
  paths: readonly string[],
  options: ManifestFilesOptions,
): Promise<readonly ManifestText[]> {
  const failures: string[] = [];
  const texts: ManifestText[] = [];
  // The same path twice, as `-f . -f a.yaml` easily has it, is one file. One after the other: descriptors are few.
  for (const path of new Set(paths)) {
    try {
      texts.push(...(path === '-' ? [await readStdin(options)] : await readPath(path, options)));
    } catch (error) {
      failures.push(`${path}: ${whyUnreadable(error)}`);
    }
  }
  if (failures.length > 0) throw new Failure(...failures);
  const byFile = new Map(texts.map((text) => [text.file, text]));
  return [...byFile.values()];
}

async function readStdin({ stdin }: ManifestFilesOptions): Promise<ManifestText> {
  return { file: '<stdin>', text: await stdin() };
}

async function readPath(path: string, options: ManifestFilesOptions): Promise<readonly ManifestText[]> {
  if (!(await stat(path)).isDirectory()) return [{ file: path, text: await readFile(path, 'utf8') }];
  const texts: ManifestText[] = [];
  for (const entry of (await readdir(path)).toSorted()) {
    const below = join(path, entry);
    const isDirectory = (await stat(below)).isDirectory();
    const isWanted = isDirectory ? options.recursive === true : /\.(ya?ml|json)$/.test(entry);
    if (isWanted) texts.push(...(await readPath(below, options)));
  }
  return texts;
}
