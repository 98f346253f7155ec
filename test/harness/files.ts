/** Writing files so that a reader never finds half of one, and small hashes of them. */
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';

/** Writes beside the place and renames: the file is there whole or not at all. */
export function writeWhole(path: string, text: string | Uint8Array, mode = 0o644): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, text, { mode });
  renameSync(partial, path);
}

/** The first 12 hex digits of the SHA-256 of the parts, with their borders kept. */
export function shortHash(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 12);
}
