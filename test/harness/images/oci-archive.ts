/** Writes an OCI image layout as one tar archive: what `ctr images import` and `buildah pull oci-archive:` read. */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { arch } from 'node:os';
import { dirname } from 'node:path';
import { tar } from './tar.ts';
import type { TarEntry } from './tar.ts';

/** How containers of the image run, in the words of the OCI image specification. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** An image: its name, its files in layers (lowest first), and how it runs. */
export interface Image {
  readonly reference: string;
  readonly layers: readonly (readonly TarEntry[])[];
  readonly config: ImageConfig;
}

const types = {
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
} as const;

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly pieces: readonly Uint8Array[];
}

/** Writes the archive to `path`, whole or not at all. */
export function writeOciArchive(image: Image, path: string): void {
  const layers = image.layers.map((entries) => blob(types.layer, tar(entries)));
  const config = jsonBlob(types.config, {
    architecture: arch() === 'x64' ? 'amd64' : arch(),
    os: 'linux',
    config: image.config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(() => ({})),
  });
  const manifest = jsonBlob(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(config),
    layers: layers.map(descriptor),
  });
  const annotations = {
    'io.containerd.image.name': image.reference,
    'org.opencontainers.image.ref.name': image.reference,
  };
  const index = { schemaVersion: 2, manifests: [{ ...descriptor(manifest), annotations }] };
  const files = [
    { path: 'oci-layout', content: [Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' }))] },
    { path: 'index.json', content: [Buffer.from(JSON.stringify(index))] },
    ...[manifest, config, ...layers].map(({ digest, pieces }) => ({
      path: `blobs/sha256/${digest.slice('sha256:'.length)}`,
      content: pieces,
    })),
  ];
  writePieces(path, tar(files.map((file) => ({ ...file, kind: 'file' }))));
}

function blob(mediaType: string, pieces: readonly Uint8Array[]): Blob {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  return { mediaType, digest: `sha256:${hash.digest('hex')}`, size, pieces };
}

const jsonBlob = (mediaType: string, value: unknown): Blob => blob(mediaType, [Buffer.from(JSON.stringify(value))]);

const descriptor = ({ mediaType, digest, size }: Blob): object => ({ mediaType, digest, size });

function writePieces(path: string, pieces: readonly Uint8Array[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  const file = openSync(partial, 'w');
  for (const piece of pieces) {
    for (let written = 0; written < piece.length;) written += writeSync(file, piece, written);
  }
  closeSync(file);
  renameSync(partial, path);
}
