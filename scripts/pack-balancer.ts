/**
 * `npm run pack:balancer`: makes the balancer's own package, `dist-balancer/routesrv-balancer-<version>.tgz`.
 *
 *   lib/<room>.js     one module per way in, and chunks that they share; readable, for stack traces
 *   types/<room>/…    declarations of what those export
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { writeDeclarations } from './pack-balancer/declarations.ts';
import { balancerManifest, exported, peers } from './pack-balancer/manifest.ts';
import { pureModules } from './pure-modules.ts';

const run = promisify(execFile);
const checkout = resolve(import.meta.dirname, '..');
const rooms = Object.values(exported);
const entryOf = (room: string): string => `src/${room}/index.ts`;

/** Makes the package in `folder`, which is replaced as a whole; gives the tarball's path. */
export async function packBalancer(folder: string): Promise<string> {
  const content = join(folder, 'package');
  await rm(folder, { recursive: true, force: true });
  await mkdir(content, { recursive: true });
  await bundle(join(content, 'lib'));
  await writeDeclarations(checkout, rooms.map(entryOf), join(content, 'types'));
  const manifest = await balancerManifest(checkout);
  await writeFile(join(content, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(checkout, 'docs/guide/balancer-package.md'), join(content, 'README.md'));
  await copyFile(join(checkout, 'LICENSE'), join(content, 'LICENSE'));
  await writeFile(join(content, 'THIRD-PARTY.md'), await thirdParty());
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: content });
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new Error(`npm pack said nothing of what it packed: ${stdout}`);
  return join(folder, packed.filename);
}

async function bundle(outdir: string): Promise<void> {
  await build({
    absWorkingDir: checkout,
    entryPoints: Object.fromEntries(rooms.map((room) => [room, entryOf(room)])),
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    external: [...peers],
    plugins: [pureModules],
    legalComments: 'inline',
    logLevel: 'warning',
    // yaml's modules for browsers: those for Node are CommonJS, and `require` would come into every file with them.
    alias: { yaml: join(checkout, 'node_modules/yaml/browser/index.js') },
  });
}

/** The one package that is bundled, with the licence that it comes under. */
async function thirdParty(): Promise<string> {
  const licence = await readFile(join(checkout, 'node_modules/yaml/LICENSE'), 'utf8');
  return `# yaml\n\nBundled into what \`@routesrv/balancer/kubernetes\` imports.\n\n${licence}`;
}

if (import.meta.main) process.stdout.write(`${await packBalancer(join(checkout, 'dist-balancer'))}\n`);
