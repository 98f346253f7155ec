/** Gets what shall stand in files, gives those in which something else stands, or that are not there. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifact } from './artifact.ts';

/** The artifacts that differ from the files below `root`. */
export async function outdated(root: string, artifacts: readonly Artifact[]): Promise<Artifact[]> {
  const differs = await Promise.all(artifacts.map(async ({ path, text }) => (await textOf(join(root, path))) !== text));
  return artifacts.filter((_artifact, index) => differs[index]);
}

/** Writes artifacts below `root`, and the folders that they need. */
export async function write(root: string, artifacts: readonly Artifact[]): Promise<void> {
  for (const { path, text } of artifacts) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** What stands in the file, `undefined` when there is none. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
