/** Image archives in the cache: made once for each content. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shortHash } from '../files.ts';
import { imagesFolder } from '../layout.ts';
import { withLock } from '../lock.ts';
import type { Recipe } from './catalog.ts';
import { writeOciArchive } from './oci-archive.ts';

/** An archive that may be imported. */
export interface ImageArchive {
  readonly reference: string;
  readonly path: string;
}

/** Changes whenever the way in which images are put together does. */
const layoutVersion = '1';

/** The archive of a recipe, written when it is not in the cache yet. */
export async function archiveOf(recipe: Recipe): Promise<ImageArchive> {
  const { reference } = recipe;
  const sources = await recipe.sources();
  // Programs are never changed in place: their size and time tell versions apart without reading 100 MB.
  const state = sources.map((source) => [source, statSync(source).size, statSync(source).mtimeMs].join(' '));
  const path = archivePath(reference, shortHash(layoutVersion, ...state));
  await withLock(`${path}.lock`, { purpose: `writing image ${reference}` }, async () => {
    if (!existsSync(path)) writeOciArchive(await recipe.make(sources), path);
  });
  return { reference, path };
}

/** Where the archive of an image with that content lies. */
export function archivePath(reference: string, contentHash: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1).replace(':', '-');
  return join(imagesFolder(), `${name}-${contentHash}.tar`);
}
