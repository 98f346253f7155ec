#!/usr/bin/env node
/**
 * `npm run build`: bundles the programs in src/bin and their worker threads into dist/.
 *
 *   dist/lib/routesrv/<program>.js     one file per program, and chunks that they share (the route server and its
 *                                      workers share none); for Node 24
 *   dist/lib/routesrv/<name>.worker.js one file per src/**\/<name>.worker.ts
 *   dist/bin/<program>                 links to those, so that `COPY dist/ /usr/` installs everything
 *
 * How a program finds its worker, from sources and from dist alike: every bundle lies in the same folder, so a worker
 * that lies beside the module that starts it is found relative to `import.meta.url` in both places:
 *
 *   new Worker(new URL(`./compare.worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url))
 *
 * Worker names are therefore unique in src/; the build refuses two of the same name.
 */
import { globSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { onlyWhatIsUsed } from './only-what-is-used.ts';
import { plainBuiltins } from './plain-builtins.ts';
import { pureModules } from './pure-modules.ts';

const checkout = resolve(import.meta.dirname, '..');

/** Bundles everything into `folder`, which is replaced as a whole. The same sources give the same bytes. */
export async function buildDist(folder: string): Promise<void> {
  const programs = entriesOf('src/bin/*.ts', programName);
  const workers = entriesOf('src/**/*.worker.ts', (path) => basename(path, '.ts'));
  await checkPrograms(programs);
  const partial = `${folder}.${process.pid}.partial`;
  try {
    await fill(partial, programs, workers);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

type Entries = Readonly<Record<string, string>>;

async function fill(folder: string, programs: Entries, workers: Entries): Promise<void> {
  const library = join(folder, 'lib/routesrv');
  const { routesrv = '', ...others } = programs;
  const { own = [], shared = [] } = Object.groupBy(Object.entries(workers), ([, path]) =>
    path.startsWith('src/routeserver/') ? 'own' : 'shared',
  );
  await bundle({ ...others, ...Object.fromEntries(shared) }, library);
  // Each for itself: chunks that it shared with the operator would bring all that the operator uses with them.
  for (const entry of [['routesrv', routesrv] as const, ...own]) {
    await bundle(Object.fromEntries([entry]), library, [plainBuiltins, pureModules, onlyWhatIsUsed]);
  }
  // Node takes a .js file for a module only with this beside it.
  await writeFile(join(library, 'package.json'), '{ "type": "module" }\n');
  await mkdir(join(folder, 'bin'));
  for (const name of Object.keys(programs)) {
    await chmod(join(library, `${name}.js`), 0o755);
    await symlink(`../lib/routesrv/${name}.js`, join(folder, 'bin', name));
  }
}

async function bundle(entryPoints: Entries, outdir: string, plugins: Plugin[] = []): Promise<void> {
  await build({
    absWorkingDir: checkout,
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // What the programs share is there once. Names stay as they are: they show in logs and stack traces.
    splitting: true,
    minifyWhitespace: true,
    minifySyntax: true,
    plugins,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'external',
    logLevel: 'warning',
    // Some dependencies are CommonJS and require Node's own modules, which a module has no `require` for.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
}

function entriesOf(pattern: string, nameOf: (path: string) => string): Entries {
  const entries: Record<string, string> = {};
  const paths = globSync(pattern, { cwd: checkout }).sort();
  for (const path of paths.filter((one) => !one.endsWith('.test.ts'))) {
    const name = nameOf(path);
    if (name in entries) throw new Error(`${path} and ${entries[name] ?? ''} would both become ${name}.js: rename one`);
    entries[name] = path;
  }
  return entries;
}

/** `operator.ts` is the program `routesrv-operator`: on a PATH, the bare word would say nothing. */
function programName(path: string): string {
  const name = basename(path, '.ts');
  return name.includes('routesrv') ? name : `routesrv-${name}`;
}

async function checkPrograms(programs: Entries): Promise<void> {
  const hashbang = '#!/usr/bin/env node\n';
  for (const path of Object.values(programs)) {
    const source = await readFile(join(checkout, path), 'utf8');
    if (!source.startsWith(hashbang)) throw new Error(`${path} must begin with ${hashbang.trim()}: it is executed`);
  }
}

if (import.meta.main) await buildDist(join(checkout, 'dist'));
