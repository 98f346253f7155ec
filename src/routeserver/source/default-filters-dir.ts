/**
 * Gets a directory with default filters, one file `<service>.<namespace>` each; gives their texts, and word of changes.
 *
 * The directory is a mounted ConfigMap: the kubelet swaps a symbolic link, which file watchers miss, so it is read
 * again and again. Source: dataclients/kubernetes/defaultfilters.go of Skipper v0.27.65.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDefaultFiltersFile } from '../../compile/index.ts';
import type { Clock, Timer } from '../../runtime/index.ts';
import type { Logger } from '../../telemetry/index.ts';

export interface DefaultFiltersDirOptions {
  /** `''`: there is none, and nothing is read. */
  readonly path: string;
  readonly pollIntervalMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Skipper passes over larger files. */
const maxFileBytes = 1024 * 1024;

/** Follows a directory. */
export class DefaultFiltersDir {
  readonly #options: DefaultFiltersDirOptions;
  #texts: ReadonlyMap<string, string> = new Map();
  #timer: Timer | undefined;
  #isStopped = false;
  #isReadable = true;

  constructor(options: DefaultFiltersDirOptions) {
    this.#options = options;
  }

  /** Text of each file by its name. None while the directory cannot be read, as in Skipper. */
  get texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  /** Reads once, then goes on reading. */
  async start(onChange: () => void): Promise<void> {
    if (this.#options.path === '') return;
    await this.#look(onChange);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #look(onChange: () => void): Promise<void> {
    const texts = await this.#read();
    if (this.#isStopped) return;
    if (!equal(texts, this.#texts)) {
      this.#texts = texts;
      onChange();
    }
    this.#timer = this.#options.clock.schedule(this.#options.pollIntervalMs, () => {
      void this.#look(onChange);
    });
  }

  async #read(): Promise<ReadonlyMap<string, string>> {
    const { path, log } = this.#options;
    try {
      const names = await readdir(path);
      const files = await Promise.all(names.toSorted().map((name) => readText(path, name)));
      this.#isReadable = true;
      return new Map(files.flat());
    } catch (error) {
      if (this.#isReadable)
        log.error({ path, err: error }, 'default filters cannot be read; there are none until they can');
      this.#isReadable = false;
      return new Map();
    }
  }
}

/** One entry, or none where the file is not for us or went away while we read. */
async function readText(directory: string, name: string): Promise<readonly (readonly [string, string])[]> {
  if (!isDefaultFiltersFile(name)) return [];
  const path = join(directory, name);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || found.size > maxFileBytes) return [];
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? [] : [[name, text]];
}

function equal(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
}
