/** Makes an image available to the pods of a cluster, without a registry. */
import type { Cluster } from '../cluster.ts';
import { TestBedError } from '../errors.ts';
import { listInstances } from '../instance/registry.ts';
import { serverOf } from '../control-plane/access.ts';
import { runOrThrow } from '../processes/run.ts';
import { createProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { archiveOf } from './archive.ts';
import type { ImageArchive } from './archive.ts';
import { recipes } from './catalog.ts';
import { importImage } from './import.ts';
import { buildOwnImage, isOwnImage, type OwnImageName } from './own-image.ts';

/** An image by what is in it: an upstream program, or this repository's own programs. */
export type ImageName = keyof typeof recipes | OwnImageName;

/**
 * Builds the image when needed, hands it to the cluster's nodes and gives the reference to put into a pod, with
 * `imagePullPolicy: IfNotPresent`.
 * @throws TestBedError for a borrowed cluster into which nothing can be loaded: the image must come from a registry.
 */
export async function load(cluster: Cluster, name: ImageName, progress: Progress = createProgress()): Promise<string> {
  const archive = isOwnImage(name) ? await buildOwnImage(progress, name) : await archiveOf(recipes[name]);
  await progress.run({ title: `loading ${archive.reference}`, expectedMs: 3_000 }, () => handOver(cluster, archive));
  return archive.reference;
}

async function handOver(cluster: Cluster, archive: ImageArchive): Promise<void> {
  // A context may lead to one of our own instances.
  const own = listInstances().find((instance) => serverOf(instance) === cluster.server);
  if (own) {
    await importImage(own.folder, archive);
    return;
  }
  const command = loaders.map((loader) => loader(cluster.context ?? '', archive.path)).find((one) => one !== undefined);
  if (!command) {
    throw new TestBedError(
      `there is no way to load ${archive.reference} into ${cluster.name}: push ${archive.path} (an OCI archive) ` +
        'to a registry that its nodes can read, and name the image that you pushed',
    );
  }
  const [program = '', ...args] = command;
  await runOrThrow(program, args);
}

type Loader = (context: string, path: string) => readonly string[] | undefined;

// The tools of these clusters read archives themselves; their context names say which cluster is meant.
const loaders: readonly Loader[] = [
  named('kind-', (name, path) => ['kind', 'load', 'image-archive', path, '--name', name]),
  named('k3d-', (name, path) => ['k3d', 'image', 'import', path, '--cluster', name]),
  (context, path) => (context === 'minikube' ? ['minikube', 'image', 'load', path] : undefined),
];

function named(prefix: string, command: (name: string, path: string) => readonly string[]): Loader {
  return (context, path) => (context.startsWith(prefix) ? command(context.slice(prefix.length), path) : undefined);
}
