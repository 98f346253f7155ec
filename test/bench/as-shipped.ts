/** Gives a way to start our route server as users run it: bundled, and with the environment that the image sets. */
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
    const image = imageEnvironment(readFileSync(dockerfile, 'utf8'));
    return await use((args, env) => startOurs(args, { ...env, ...image }, program));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function imageEnvironment(text: string): Readonly<Record<string, string>> {
  const [, settings = ''] = /^ENV (.+)$/m.exec(text) ?? [];
  const found = [...settings.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)];
  const environment = Object.fromEntries(found.map(([, name = '', quoted, plain = '']) => [name, quoted ?? plain]));
  if (!Object.hasOwn(environment, 'NODE_OPTIONS'))
    throw new Error(`${dockerfile} sets no NODE_OPTIONS in its only ENV`);
  return environment;
}
