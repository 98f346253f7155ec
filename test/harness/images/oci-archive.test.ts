import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeOciArchive } from './oci-archive.ts';
import type { Image } from './oci-archive.ts';

const folder = mkdtempSync(join(tmpdir(), 'oci-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const image: Image = {
  reference: 'testbed.local/example:1',
  layers: [
    [{ path: 'a', kind: 'file', content: [Buffer.from('lower')] }],
    [{ path: 'a', kind: 'file', content: [Buffer.from('upper')] }],
  ],
  config: { Entrypoint: ['/a'], User: '65534' },
};

const inArchive = (path: string, name: string): Buffer => execFileSync('tar', ['-xOf', path, name]);
const jsonInArchive = (path: string, name: string): unknown => JSON.parse(inArchive(path, name).toString());

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

test('index, manifest, config and layers find each other by digest and size', () => {
  const path = join(folder, 'image.tar');
  writeOciArchive(image, path);
  const blob = ({ digest, size }: Descriptor): Buffer => {
    const content = inArchive(path, `blobs/sha256/${digest.replace('sha256:', '')}`);
    assert.equal(`sha256:${createHash('sha256').update(content).digest('hex')}`, digest);
    assert.equal(content.length, size);
    return content;
  };
  const index = jsonInArchive(path, 'index.json') as { manifests: [Descriptor] };
  assert.equal(index.manifests[0].annotations?.['io.containerd.image.name'], image.reference);
  const manifest = JSON.parse(blob(index.manifests[0]).toString()) as { config: Descriptor; layers: Descriptor[] };
  const config = JSON.parse(blob(manifest.config).toString()) as { config: unknown; rootfs: { diff_ids: string[] } };
  assert.deepEqual(config.config, image.config);
  assert.deepEqual(
    config.rootfs.diff_ids,
    manifest.layers.map(({ digest }) => digest),
  );
  const contents = manifest.layers.map((layer) => execFileSync('tar', ['-xOf', '-', 'a'], { input: blob(layer) }));
  assert.deepEqual(contents.map(String), ['lower', 'upper']);
});

test('the same image gives the same bytes', () => {
  const [one, other] = ['one.tar', 'other.tar'].map((name) => join(folder, name));
  assert.ok(one && other);
  writeOciArchive(image, one);
  writeOciArchive(image, other);
  assert.deepEqual(readFileSync(one), readFileSync(other));
});
