/** Hands image archives to a node's containerd, once each. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeWhole } from '../files.ts';
import { TestBedError } from '../errors.ts';
import { findEnclosure } from '../node/enclosure.ts';
import { socketOf } from '../node/containerd.ts';
import { ensure } from '../programs/ensure.ts';
import type { ImageArchive } from './archive.ts';

/** Imports the archive unless this very one was imported before. Kubelet's namespace of images is `k8s.io`. */
export async function importImage(instanceFolder: string, { reference, path }: ImageArchive): Promise<void> {
  const done = importRecord(instanceFolder, reference);
  if (existsSync(done) && readFileSync(done, 'utf8') === path) return;
  const enclosure = findEnclosure(instanceFolder);
  if (!enclosure) throw new TestBedError(`no node runs in ${instanceFolder}: images need level node`);
  const { ctr } = await ensure(['ctr']);
  const address = ['--address', socketOf(instanceFolder), '--namespace', 'k8s.io'];
  await enclosure.run(ctr, ...address, 'images', 'import', '--local=false', path);
  mkdirSync(importsFolder(instanceFolder), { recursive: true });
  writeWhole(done, path);
}

/** Where it is written down what containerd has; goes when containerd's own data go. */
const importsFolder = (instanceFolder: string): string => join(instanceFolder, 'containerd/imported');

const importRecord = (instanceFolder: string, reference: string): string =>
  join(importsFolder(instanceFolder), basename(reference).replaceAll(/[^\w.-]/g, '-'));
