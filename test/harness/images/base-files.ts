/** The files that images are put together from. */
import { lstatSync, readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { TestBedError } from '../errors.ts';
import { run } from '../processes/run.ts';
import type { TarEntry } from './tar.ts';

/** The user that nothing belongs to; images run as it unless they say otherwise. */
export const nobody = '65534';

const caBundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/** Folders and user database that any program may expect, and this machine's CA bundle. */
export function baseFiles(): TarEntry[] {
  const users = `root:x:0:0:root:/:/\nnobody:x:${nobody}:${nobody}:nobody:/:/\n`;
  const groups = `root:x:0:\nnobody:x:${nobody}:\n`;
  const folders = ['bin', 'dev', 'etc', 'etc/ssl', 'etc/ssl/certs', 'proc', 'sys', 'usr', 'usr/bin', 'var'];
  return [
    ...folders.map((path): TarEntry => ({ path, kind: 'folder' })),
    { path: 'tmp', kind: 'folder', mode: 0o1777 },
    text('etc/passwd', users),
    text('etc/group', groups),
    ...caBundles.flatMap((path) => tryRead(path) ?? []).slice(0, 1),
  ];
}

/** A file of this machine, at a place in the image. */
export function fileFrom(source: string, path: string, mode = 0o755): TarEntry {
  return { path, kind: 'file', content: [readFileSync(source)], mode };
}

/** A folder of this machine with all that is in it, in an order that does not depend on the file system. */
function folderFrom(source: string, path: string): TarEntry[] {
  const inside = readdirSync(source)
    .sort()
    .flatMap((name) => treeFrom(join(source, name), posix.join(path, name)));
  return [{ path, kind: 'folder' }, ...inside];
}

/** A file, link or folder of this machine. */
export function treeFrom(source: string, path: string): TarEntry[] {
  const stat = lstatSync(source);
  if (stat.isSymbolicLink()) return [{ path, kind: 'symlink', target: readlinkSync(source) }];
  if (stat.isDirectory()) return folderFrom(source, path);
  return [fileFrom(source, path, stat.mode & 0o111 ? 0o755 : 0o644)];
}

/** A program of this machine with the shared libraries that it needs, at their own places. */
export async function programWithLibraries(source: string, path: string): Promise<TarEntry[]> {
  const { code, stdout, stderr } = await run('ldd', [source]);
  if (code !== 0) throw new TestBedError(`ldd ${source} failed: ${stderr.trim()}`);
  const libraries = [...stdout.matchAll(/(?:^|=>)\s*(\/\S+)/gm)].flatMap(([, library]) => library ?? []);
  return [
    fileFrom(source, path),
    // The loader finds them under the very path that ldd names; what that links to is the content.
    ...libraries.map((library) => fileFrom(realpathSync(library), library.slice(1))),
  ];
}

const text = (path: string, content: string): TarEntry => ({ path, kind: 'file', content: [Buffer.from(content)] });

function tryRead(source: string): TarEntry[] | undefined {
  try {
    return [fileFrom(source, 'etc/ssl/certs/ca-certificates.crt', 0o644)];
  } catch {
    return undefined;
  }
}
