/** Gives our programs as users run them: bundled, and with the environment that the image sets. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDist } from '../../scripts/build.ts';
import { startOurs } from '../integration/routeserver/programs.ts';
import type { StartProgram } from './starts.ts';

const dockerfile = join(import.meta.dirname, '../../Dockerfile');

export interface Shipped {
  /** Path of a bundled program. */
  readonly program: (name: 'routesrv' | 'routesrv-operator') => string;
  /** What the image sets. */
  readonly env: Readonly<Record<string, string>>;
}

/** Bundles the programs for as long as `use` takes. */
export async function asShipped<T>(use: (shipped: Shipped) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'routesrv-bench-'));
  try {
    const dist = join(folder, 'dist');
    await buildDist(dist);
    const env = imageEnvironment(readFileSync(dockerfile, 'utf8'));
    return await use({ program: (name) => join(dist, `lib/routesrv/${name}.js`), env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How to start the route server so. */
export const routeServerOf =
  ({ program, env: image }: Shipped): StartProgram =>
  (args, env) =>
    startOurs(args, { ...env, ...image }, program('routesrv'));

function imageEnvironment(text: string): Readonly<Record<string, string>> {
  const [, settings = ''] = /^ENV (.+)$/m.exec(text) ?? [];
  const found = [...settings.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)];
  const environment = Object.fromEntries(found.map(([, name = '', quoted, plain = '']) => [name, quoted ?? plain]));
  if (!Object.hasOwn(environment, 'NODE_OPTIONS'))
    throw new Error(`${dockerfile} sets no NODE_OPTIONS in its only ENV`);
  return environment;
}
