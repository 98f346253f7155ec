/** Gets a TypeScript program; gives one script with all that it imports, to be run in a pod from a ConfigMap. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { pureModules } from '../../../scripts/pure-modules.ts';
import { TestBedError } from '../../harness/errors.ts';

/** Packed, for a ConfigMap holds 1 MiB. */
export async function packedScript(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    ...{ bundle: true, write: false, minify: true, platform: 'node', format: 'esm', target: 'node24' },
    plugins: [pureModules],
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire('/');" },
  });
  const [script] = outputFiles;
  if (script === undefined) throw new TestBedError(`${path} was bundled to nothing`);
  const packed = gzipSync(script.contents).toString('base64');
  return `import { gunzipSync } from 'node:zlib';
const script = gunzipSync(Buffer.from('${packed}', 'base64'));
await import('data:text/javascript;base64,' + script.toString('base64'));`;
}
