/**
 * `npm run plots`: draws the pictures of docs/plots. With `--check` it writes nothing, names the pictures that differ
 * from what the code draws, and exits 1.
 */
import { join } from 'node:path';
import { outdated, write } from './generate/outdated.ts';
import { fadeInCurves, ringShares } from './plot/balancer.ts';
import { drawChart, type Chart } from './plot/chart.ts';
import { busiestPod, fadeInWaste, ownZone } from './plot/simulations.ts';

const root = join(import.meta.dirname, '..');
const charts: Readonly<Record<string, () => Chart>> = {
  'ring-shares': ringShares,
  'fade-in-curves': fadeInCurves,
  'fade-in-waste': fadeInWaste,
  'busiest-pod': busiestPod,
  'own-zone': ownZone,
};
const pictures = Object.entries(charts).map(([name, chart]) => ({
  path: `docs/plots/${name}.svg`,
  text: drawChart(chart()),
}));
const stale = await outdated(root, pictures);

if (!process.argv.includes('--check')) {
  await write(root, stale);
  console.log(`${stale.length} of ${pictures.length} pictures drawn`);
} else if (stale.length > 0) {
  console.error(`Not what the code draws:\n${stale.map(({ path }) => `  ${path}`).join('\n')}\nRun \`npm run plots\`.`);
  process.exitCode = 1;
}
