/**
 * Gets names of archives in the cache, which all clones share; keeps a few of each, and all that somebody may be about
 * to load.
 */
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { imagesFolder } from '../layout.ts';
import { withLock } from '../lock.ts';

/** Every change of a source makes another archive of 150 MB. These stay, for clones at other commits. */
const keptPerName = 4;
/** Whoever was told that an archive is there has loaded it after this time. */
const inUseMs = 3_600_000;

/** Tells whether an archive is there, and if so marks it as used, so that it stays until it is loaded. */
export function isKept(path: string): Promise<boolean> {
  return withLock(sweepLock(), { purpose: `looking for ${basename(path)}` }, () => {
    const isThere = existsSync(path);
    const now = new Date();
    if (isThere) utimesSync(path, now, now);
    return Promise.resolve(isThere);
  });
}

/** Removes archives of images `name` that nobody has used for long; `newest` and some others stay. */
export function removeOldArchives(name: string, newest: string): Promise<void> {
  return withLock(sweepLock(), { purpose: `removing old images ${name}` }, () => {
    const archives = readdirSync(imagesFolder())
      .filter((file) => file.startsWith(`${name}-`) && file.endsWith('.tar'))
      .map((file) => join(imagesFolder(), file))
      .filter((path) => path !== newest)
      .map((path) => ({ path, usedAtMs: statSync(path).mtimeMs }))
      .sort((a, b) => b.usedAtMs - a.usedAtMs);
    for (const { path, usedAtMs } of archives.slice(keptPerName - 1)) {
      if (Date.now() - usedAtMs > inUseMs) rmSync(path, { force: true });
    }
    return Promise.resolve();
  });
}

/** Between a look at an archive and its mark nobody may throw it away. */
const sweepLock = (): string => join(imagesFolder(), 'sweep.lock');
