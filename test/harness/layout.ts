/** Where the test bed keeps things. All of it lies outside the checkout, so that a second clone builds nothing. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** `$ROUTESRV_CACHE`, or `routesrv` in the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['ROUTESRV_CACHE']) return resolve(env['ROUTESRV_CACHE']);
  return join(env['XDG_CACHE_HOME'] ? resolve(env['XDG_CACHE_HOME']) : join(homedir(), '.cache'), 'routesrv');
}

/** Built programs, one folder per program, version and way of building. */
export const programsFolder = (): string => join(cacheFolder(), 'programs');

/** Image archives that were written or built. */
export const imagesFolder = (): string => join(cacheFolder(), 'images');

/** State of the instances, one folder each. */
export const clustersFolder = (): string => join(cacheFolder(), 'clusters');

/** The root of this checkout. */
export const checkout = resolve(import.meta.dirname, '../..');
