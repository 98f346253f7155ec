/**
 * Gets a directory that outlives the process, such as an emptyDir; keeps the last known good table there.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../runtime/index.ts';
import { decodeTable, encodeTable } from './kept-table.ts';
import type { KeptTable } from './kept-table.ts';

/** The file's name in its directory. */
export const tableFileName = 'table.eskip.gz';

/** One file, which is always whole: it is written beside its place and then renamed. */
export class TableFile {
  readonly #directory: string;
  readonly #clock: Clock;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  get path(): string {
    return join(this.#directory, tableFileName);
  }

  /** Replaces what is kept. One call at a time. */
  async save(table: KeptTable): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const draft = `${this.path}.${process.pid}.draft`;
    try {
      const file = await open(draft, 'w', 0o600);
      try {
        for (const part of encodeTable(table)) await file.writeFile(part);
        // Renamed before it is on the disk, it could be empty after the machine's end.
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, this.path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** What is kept; undefined where there is nothing. Throws where it must not be served. */
  async load(): Promise<KeptTable | undefined> {
    const file = await readFile(this.path).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    return file === undefined ? undefined : decodeTable(file, this.#clock);
  }
}
