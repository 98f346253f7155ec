/**
 * Writes everything that is made from the schema of RouteServerConfig, the chart's README from its values, the page of
 * flags from their table, the balancer's pages from its docstrings, and WebAssembly from its text. With `--check` it writes nothing, names the files that differ, and exits 1: that is `npm run verify`.
 */
import { join } from 'node:path';
import { balancerApiArtifacts } from './generate/balancer-api.ts';
import { chartArtifacts } from './generate/chart.ts';
import { crdArtifacts } from './generate/crd.ts';
import { docsArtifacts } from './generate/docs.ts';
import { flagArtifacts } from './generate/flags.ts';
import { outdated, write } from './generate/outdated.ts';
import { typeArtifacts } from './generate/types.ts';
import { wasmArtifacts } from './generate/wasm.ts';

const root = join(import.meta.dirname, '..');
const artifacts = [
  ...crdArtifacts(),
  ...(await typeArtifacts()),
  ...(await docsArtifacts(root)),
  ...flagArtifacts(),
  ...(await balancerApiArtifacts(root)),
  ...(await chartArtifacts(root)),
  ...(await wasmArtifacts(root)),
];
const stale = await outdated(root, artifacts);

if (!process.argv.includes('--check')) {
  await write(root, stale);
  console.log(`${stale.length} of ${artifacts.length} generated files written`);
} else if (stale.length > 0) {
  console.error(`Not what their source says:\n${stale.map(({ path }) => `  ${path}`).join('\n')}`);
  console.error(
    'Change their source, which each names in its first lines, then run `npm run generate` and commit both.',
  );
  process.exitCode = 1;
}
