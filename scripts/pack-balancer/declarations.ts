/** Gets the entries of the package, gives the type declarations that can be reached from them. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const relativeImport = /(from ')(\.[^']+)\.ts(')/g;

/** Writes them below `folder`, laid out as the sources are. */
export async function writeDeclarations(checkout: string, entries: readonly string[], folder: string): Promise<void> {
  const all = `${folder}.all`;
  try {
    await emit(checkout, entries, all);
    await copyReachable(
      all,
      entries.map((entry) => declarationOf(relative('src', entry))),
      folder,
    );
  } finally {
    await rm(all, { recursive: true, force: true });
  }
}

async function emit(checkout: string, entries: readonly string[], folder: string): Promise<void> {
  const config = join(checkout, `node_modules/.cache/balancer-types-${process.pid}.json`);
  const settings = {
    extends: join(checkout, 'tsconfig.json'),
    compilerOptions: {
      ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, stripInternal: true },
      ...{ rootDir: join(checkout, 'src'), outDir: folder, typeRoots: [join(checkout, 'node_modules/@types')] },
    },
    files: entries.map((entry) => join(checkout, entry)),
    include: [],
  };
  await mkdir(dirname(config), { recursive: true });
  await writeFile(config, JSON.stringify(settings));
  try {
    await run(process.execPath, [join(checkout, 'node_modules/typescript/bin/tsc'), '-p', config]);
  } finally {
    await rm(config, { force: true });
  }
}

/** What an entry's types do not mention is nobody's business: other rooms come along with the emit. */
async function copyReachable(from: string, entries: readonly string[], to: string): Promise<void> {
  const waiting = [...entries];
  const done = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (done.has(file)) continue;
    done.add(file);
    const text = await readFile(join(from, file), 'utf8');
    for (const [, , target = ''] of text.matchAll(relativeImport))
      waiting.push(relative(from, resolve(from, dirname(file), `${target}.d.ts`)));
    await mkdir(dirname(join(to, file)), { recursive: true });
    // Sources import each other as .ts; what is installed has .js, with .d.ts beside it.
    await writeFile(join(to, file), text.replaceAll(relativeImport, '$1$2.js$3'));
  }
}

const declarationOf = (path: string): string => path.replace(/\.ts$/, '.d.ts');
