/**
 * Gets sizes of clusters; gives how start, memory and changes of both route servers grow with them: a table, and pictures
 * in docs. Against the API server in this process, for filling a real one with the largest of them takes too long.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawChart } from '../../scripts/plot/chart.ts';
import { startOriginal } from '../integration/routeserver/programs.ts';
import { BenchApi } from './api-server.ts';
import { asShipped, routeServerOf } from './as-shipped.ts';
import { clusterObjects, objectCount } from './cluster-data.ts';
import { median } from './figures.ts';
import { runTrial, type Trial, type TrialOptions } from './trial.ts';

const sizes = [1_000, 5_000, 20_000, 50_000].map((objects) => {
  return { ingresses: objects * 0.75, routeGroups: objects * 0.25 };
});
const pictures = join(import.meta.dirname, '../../docs/plots');

interface Step {
  readonly objects: number;
  readonly ours: Trial;
  readonly theirs: Trial;
}

interface Column {
  readonly name: string;
  readonly file: string;
  readonly of: (trial: Trial) => number;
}

const columns: readonly Column[] = [
  { name: 'start to healthy, s', file: 'start', of: ({ startMs }) => startMs / 1_000 },
  { name: 'memory after the start, MiB', file: 'memory', of: ({ steadyMiB }) => steadyMiB },
  { name: 'change to new tag, ms', file: 'change', of: ({ changeMs }) => median(changeMs) },
  { name: 'CPU of a change, ms', file: 'change-cpu', of: ({ cpuMsPerChange }) => cpuMsPerChange },
];

/** Measures all sizes; draws the pictures and gives the lines of the table. */
export async function routeServerScale(): Promise<readonly string[]> {
  const steps = await asShipped((shipped) => measure(routeServerOf(shipped)));
  for (const column of columns)
    writeFileSync(join(pictures, `route-server-${column.file}.svg`), picture(column, steps));
  const head = columns.flatMap(({ name }) => [`${name}: ours`, 'theirs']);
  const rows = steps.map(({ objects, ours, theirs }) => [
    String(objects),
    ...columns.flatMap(({ of }) => [of(ours), of(theirs)].map((value) => String(Number(value.toPrecision(3))))),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(['objects', ...head]), line(['---', ...head.map(() => '---')]), ...rows.map(line)];
}

async function measure(start: TrialOptions['start']): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const size of sizes) {
    const cluster = new BenchApi(clusterObjects(size));
    await cluster.listen();
    const short = { cluster, idlePieces: 1, loadMs: 0, churnMs: 0 };
    try {
      process.stderr.write(`  ${String(objectCount(size))} objects\n`);
      const ours = await runTrial({ ...short, start, changes: 6 });
      const theirs = await runTrial({ ...short, start: startOriginal, changes: 2 });
      steps.push({ objects: objectCount(size), ours, theirs });
    } finally {
      await cluster.close();
    }
  }
  return steps;
}

function picture({ name, of }: Column, steps: readonly Step[]): string {
  const series = (side: 'ours' | 'theirs', named: string) => ({
    name: named,
    points: steps.map((step) => [step.objects, Math.max(of(step[side]), 0.1)] as const),
  });
  return drawChart({
    title: name,
    x: { label: 'Ingresses and RouteGroups', scale: 'logarithmic' },
    y: { label: name, scale: 'logarithmic' },
    series: [series('ours', 'ours'), series('theirs', 'Go routesrv')],
  });
}
