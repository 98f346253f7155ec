/**
 * `npm run bench -- PROGRAM [--quick]`: what we have built beside what there was, figure by figure; with `--scale`
 * (route server only) how it grows with the cluster. The machine should have nothing else to do.
 */
import { cpus, loadavg, release, totalmem } from 'node:os';
import { report, type Figure } from './figures.ts';

/** Imported when asked for: what one needs is of no use to the other. */
const programs: Readonly<Record<string, (isQuick: boolean) => Promise<readonly Figure[]>>> = {
  routeserver: async (isQuick) => (await import('./route-server.ts')).routeServerFigures(isQuick),
  balancer: async (isQuick) => (await import('./balancer/figures.ts')).balancerFigures(isQuick),
  operator: async (isQuick) => (await import('./operator.ts')).operatorFigures(isQuick),
};

function machine(): string {
  const [first] = cpus();
  const memory = `${String(Math.round(totalmem() / 2 ** 30))} GiB`;
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  const system = `Linux ${release()}, Node ${process.version}, load average ${load}`;
  return `${new Date().toISOString()}, ${String(cpus().length)} x ${first?.model ?? 'CPU'}, ${memory}, ${system}`;
}

const [what = '', ...flags] = process.argv.slice(2);
const program = Object.hasOwn(programs, what) ? programs[what] : undefined;
const isScale = what === 'routeserver' && flags.join(' ') === '--scale';
if (program === undefined || (!isScale && flags.some((flag) => flag !== '--quick'))) {
  process.stderr.write(
    `usage: npm run bench -- ${Object.keys(programs).join('|')} [--quick], or routeserver --scale\n`,
  );
  process.exitCode = 2;
} else {
  process.stdout.write(`${machine()}\n\n`);
  const lines = isScale
    ? await (await import('./scale.ts')).routeServerScale()
    : report(await program(flags.includes('--quick'))).lines;
  process.stdout.write(`${lines.join('\n')}\n`);
}
