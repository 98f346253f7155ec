/**
 * Writes everything that is made from the schema of RouteServerConfig, and the chart's README from its values. With `--check` it writes nothing, names the
 * files that differ, and exits 1: that is `npm run verify`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifact } from './generate/artifact.ts';
import { chartArtifacts } from './generate/chart.ts';
import { crdArtifacts } from './generate/crd.ts';
import { docsArtifacts } from './generate/docs.ts';
import { typeArtifacts } from './generate/types.ts';

const root = join(import.meta.dirname, '..');

const artifacts = [
  ...crdArtifacts(),
  ...(await typeArtifacts()),
  ...(await docsArtifacts(root)),
  ...(await chartArtifacts(root)),
];
const outdated: Artifact[] = [];
for (const artifact of artifacts) {
  if ((await currentText(artifact)) !== artifact.text) outdated.push(artifact);
}

if (!process.argv.includes('--check')) {
  for (const { path, text } of outdated) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  console.log(`${outdated.length} of ${artifacts.length} generated files written`);
} else if (outdated.length > 0) {
  console.error(`Not what their source says:\n${outdated.map(({ path }) => `  ${path}`).join('\n')}`);
  console.error(
    'Change their source, which each names in its first lines, then run `npm run generate` and commit what it writes.',
  );
  process.exitCode = 1;
}

/** What stands in the file now, `undefined` when there is none. */
async function currentText({ path }: Artifact): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
