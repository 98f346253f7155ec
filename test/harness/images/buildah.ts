/** Builds an image with buildah, in storage of its own that is gone afterwards. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runOrThrow } from '../processes/run.ts';
import type { ImageArchive } from './archive.ts';

/** What to build. */
export interface BuildahOrder {
  /** Folder with the Dockerfile and what it copies. */
  readonly context: string;
  readonly base: ImageArchive;
  readonly result: ImageArchive;
}

// What buildah leaves behind outside the storage it is given, innermost first.
const leftBehind = {
  files: ['/etc/cni/net.d/cni.lock', '/var/lib/containers/cache'],
  folders: ['/var/lib/containers', '/etc/cni/net.d', '/etc/cni'],
};

/** Builds it with the base image as build argument, and writes the archive. @throws TestBedError with its complaint */
export async function buildWithBuildah({ context, base, result }: BuildahOrder): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'routesrv-buildah-'));
  const isAbsent = (path: string): boolean => !existsSync(path);
  const absent = { files: leftBehind.files.filter(isAbsent), folders: leftBehind.folders.filter(isAbsent) };
  const policy = join(work, 'policy.json');
  const storage = ['--root', join(work, 'storage'), '--runroot', join(work, 'run'), '--storage-driver', 'vfs'];
  const buildah = (...args: string[]): Promise<string> => runOrThrow('buildah', [...storage, ...args]);
  const partial = `${result.path}.${process.pid}.partial`;
  try {
    writeFileSync(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
    mkdirSync(dirname(result.path), { recursive: true });
    await buildah('pull', '--quiet', '--signature-policy', policy, `oci-archive:${base.path}`);
    await buildah(
      ...['build', '--quiet', '--signature-policy', policy, '--isolation', 'chroot', '--pull=never'],
      ...['--timestamp', '0', '--build-arg', `BASE_IMAGE=${base.reference}`, '--tag', result.reference, context],
    );
    const target = `docker-archive:${partial}:${result.reference}`;
    await buildah('push', '--quiet', '--signature-policy', policy, result.reference, target);
    renameSync(partial, result.path);
  } finally {
    rmSync(partial, { force: true });
    rmSync(work, { recursive: true, force: true });
    for (const path of absent.files) rmSync(path, { recursive: true, force: true });
    absent.folders.forEach(removeEmpty);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // not there, or somebody else's by now
  }
}
