/** Gives a way to start our route server as users run it: bundled, and with the options of Node that the image sets. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDist } from '../../scripts/build.ts';
import { startOurs } from '../integration/routeserver/programs.ts';
import type { TrialOptions } from './trial.ts';

const dockerfile = join(import.meta.dirname, '../../Dockerfile');

/** Bundles the program for as long as `use` takes. */
export async function asShipped<T>(use: (start: TrialOptions['start']) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'routesrv-bench-'));
  try {
    const dist = join(folder, 'dist');
    await buildDist(dist);
    const program = join(dist, 'lib/routesrv/routesrv.js');
    const image = { NODE_ENV: 'production', NODE_OPTIONS: nodeOptions() };
    return await use((args, env) => startOurs(args, { ...env, ...image }, program));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nodeOptions(): string {
  const options = /NODE_OPTIONS="([^"]*)"/.exec(readFileSync(dockerfile, 'utf8'))?.[1];
  if (options === undefined) throw new Error(`${dockerfile} sets no NODE_OPTIONS`);
  return options;
}
