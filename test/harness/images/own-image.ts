/** The images of this repository's own programs: the Dockerfile that users build, on a base image made here. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDist } from '../../../scripts/build.ts';
import { shortHash } from '../files.ts';
import { reasonOf } from '../errors.ts';
import { checkout } from '../layout.ts';
import { withLock } from '../lock.ts';
import type { Progress } from '../progress.ts';
import { archiveOf, archivePath } from './archive.ts';
import type { ImageArchive } from './archive.ts';
import { treeFrom } from './base-files.ts';
import { buildWithBuildah } from './buildah.ts';
import { builderRequirements, installMissing } from '../node/packages.ts';
import { carryOut } from './dockerfile.ts';
import { isKept, removeOldArchives } from './kept-archives.ts';
import { nodeBase } from './node-base.ts';
import { writeOciArchive } from './oci-archive.ts';
import { poison } from './poison.ts';
import { tar } from './tar.ts';

/** What is done to the bundled programs before they are put into the image. By the image's name. */
const variants = {
  'routesrv-dev': () => undefined,
  'routesrv-poisoned': poison,
} as const satisfies Record<string, (dist: string) => void>;

/** `routesrv-dev` is what users build; `routesrv-poisoned` has a route server that serves a wrong table. */
export type OwnImageName = keyof typeof variants;

export const isOwnImage = (name: string): name is OwnImageName => name in variants;

/**
 * Bundles the sources and gives the image's archive, built unless the very same content was built before.
 * The tag is a hash of that content, so that a changed source rolls Deployments out.
 */
export async function buildOwnImage(progress: Progress, name: OwnImageName = 'routesrv-dev'): Promise<ImageArchive> {
  const context = mkdtempSync(join(tmpdir(), 'routesrv-image-'));
  try {
    await progress.run({ title: 'bundling the sources', expectedMs: 2_000 }, () => buildDist(join(context, 'dist')));
    variants[name](join(context, 'dist'));
    await copyFile(join(checkout, 'Dockerfile'), join(context, 'Dockerfile'));
    await copyFile(join(checkout, '.dockerignore'), join(context, '.dockerignore'));
    const base = await archiveOf(nodeBase);
    const hash = shortHash(base.path, ...tar(treeFrom(context, '.')));
    const reference = `testbed.local/${name}:${hash}`;
    const image = { reference, path: archivePath(reference, 'image') };
    await withLock(`${image.path}.lock`, { purpose: `building ${reference}` }, async () => {
      if (await isKept(image.path)) return;
      await build({ context, base, result: image }, progress);
      await removeOldArchives(name, image.path);
    });
    return image;
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function build(
  order: { readonly context: string; readonly base: ImageArchive; readonly result: ImageArchive },
  progress: Progress,
): Promise<void> {
  const { reference } = order.result;
  if (process.getuid?.() === 0) {
    try {
      await installMissing(builderRequirements, progress);
      await progress.run({ title: `building ${reference} with buildah`, expectedMs: 8_000 }, () =>
        buildWithBuildah(order),
      );
      return;
    } catch (error) {
      progress.say(`building without buildah: ${reasonOf(error)}`);
    }
  }
  await progress.run({ title: `building ${reference} with the test bed’s own OCI writer` }, () =>
    writeWithoutBuilder(order),
  );
}

/** Carries the Dockerfile out without a builder. Exported for tests, which compare it with what buildah makes. */
export async function writeWithoutBuilder({
  context,
  base,
  result,
}: {
  readonly context: string;
  readonly base: ImageArchive;
  readonly result: ImageArchive;
}): Promise<void> {
  const image = carryOut(readFileSync(join(context, 'Dockerfile'), 'utf8'), {
    folder: context,
    base: await nodeBase.make(await nodeBase.sources()),
    args: { BASE_IMAGE: base.reference },
    reference: result.reference,
  });
  writeOciArchive(image, result.path);
}
