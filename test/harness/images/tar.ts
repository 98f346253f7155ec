/** Writes tar archives (POSIX ustar), in memory, with nothing in them that depends on when or where: same files, same bytes. */

/** What goes into an archive, contents in pieces. Paths are relative; ustar splits long ones (255 bytes at most). */
export type TarEntry =
  | { readonly path: string; readonly kind: 'folder'; readonly mode?: number }
  | { readonly path: string; readonly kind: 'file'; readonly content: readonly Uint8Array[]; readonly mode?: number }
  | { readonly path: string; readonly kind: 'symlink'; readonly target: string };

const blockSize = 512;
const typeFlags = { file: '0', symlink: '2', folder: '5' } as const;
const defaultModes = { file: 0o644, folder: 0o755 } as const;
const symlinkMode = 0o777;

/** The archive, in pieces: file contents are handed through without a copy. Owner is root. */
export function tar(entries: readonly TarEntry[]): Uint8Array[] {
  const pieces = entries.flatMap((entry) => {
    if (entry.kind !== 'file') return [header(entry, 0)];
    const size = entry.content.reduce((sum, { length }) => sum + length, 0);
    return [header(entry, size), ...entry.content, Buffer.alloc((blockSize - (size % blockSize)) % blockSize)];
  });
  return [...pieces, Buffer.alloc(2 * blockSize)];
}

function header(entry: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  const { name, prefix } = splitPath(entry.kind === 'folder' ? `${entry.path}/` : entry.path);
  const mode = entry.kind === 'symlink' ? symlinkMode : (entry.mode ?? defaultModes[entry.kind]);
  block.write(name, 0, 100);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108); // owner
  block.write(octal(0, 7), 116); // group
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136); // time
  block.write(' '.repeat(8), 148); // the checksum counts itself as spaces
  block.write(typeFlags[entry.kind], 156);
  if (entry.kind === 'symlink') block.write(fitting(entry.target, 100), 157, 100);
  block.write('ustar\u000000', 257);
  block.write(prefix, 345, 155);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${octal(checksum, 6)}\0`, 148);
  return block;
}

function splitPath(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  const cut = [...path.matchAll(/\/(?=.)/g)]
    .map(({ index }) => index)
    .find((at) => Buffer.byteLength(path.slice(at + 1)) <= 100);
  if (cut === undefined) throw new Error(`"${path}" is too long a path for a tar archive`);
  return { name: path.slice(cut + 1), prefix: fitting(path.slice(0, cut), 155) };
}

function fitting(text: string, bytes: number): string {
  if (Buffer.byteLength(text) > bytes) throw new Error(`"${text}" is too long for a tar archive`);
  return text;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
