/**
 * `npm run bench -- PROGRAM [--quick]`: what we have built beside what there was, figure by figure. The machine should
 * have nothing else to do.
 */
import { cpus, totalmem } from 'node:os';
import { report, type Figure } from './figures.ts';

/** Imported when asked for: what one needs is of no use to the other. */
const programs: Readonly<Record<string, (isQuick: boolean) => Promise<readonly Figure[]>>> = {
  routeserver: async (isQuick) => (await import('./route-server.ts')).routeServerFigures(isQuick),
  balancer: async (isQuick) => (await import('./balancer/figures.ts')).balancerFigures(isQuick),
};

function machine(): string {
  const [first] = cpus();
  const memory = `${String(Math.round(totalmem() / 2 ** 30))} GiB`;
  return `${new Date().toISOString()}, ${String(cpus().length)} x ${first?.model ?? 'CPU'}, ${memory}, Node ${process.version}`;
}

const [what = '', ...flags] = process.argv.slice(2);
const program = Object.hasOwn(programs, what) ? programs[what] : undefined;
if (program === undefined || flags.some((flag) => flag !== '--quick')) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(programs).join('|')} [--quick]\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`${machine()}\n\n`);
  process.stdout.write(`${report(await program(flags.includes('--quick'))).lines.join('\n')}\n`);
}
