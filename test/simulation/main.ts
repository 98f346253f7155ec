/** `npm run simulate -- fade-in|occupancy|zones`: what the balancer's rules come to beside Skipper's, with fixed seeds. */
import { simulateFadeIn } from './fade-in.ts';
import { busiestToMean } from './occupancy.ts';
import { simulateZones } from './zones.ts';
import type { ZoneOutcome } from './zones.ts';

const simulations: Readonly<Record<string, () => void>> = {
  'fade-in': () => {
    for (const mode of ['n-ring', 'skipper'] as const) {
      const { wasted, fills, flips } = simulateFadeIn({ mode });
      const share = ((100 * wasted) / fills).toFixed(1);
      console.log(`${mode}: ${wasted} of ${fills} cache fills wasted (${share} %), ${flips} changes of pod`);
    }
  },
  occupancy: () => {
    for (const rate of [1000, 4000]) {
      const ratios = [
        `none ${busiestToMean(rate).toFixed(2)}`,
        ...(['inflight', 'occupancy'] as const).map((load) => `${load} ${busiestToMean(rate, { load }).toFixed(2)}`),
      ];
      console.log(`${rate} requests/s, busiest pod to mean: ${ratios.join(', ')}`);
    }
  },
  zones: () => {
    for (const rate of [200, 1000, 4000]) {
      for (const mode of ['none', 'skipper', 'latency'] as const) {
        const outcome = simulateZones(rate, mode === 'none' ? undefined : { mode });
        const { before, slow, after } = outcome.p99;
        const p99 = [before, slow, after].map((ms) => ms.toFixed(0)).join(', ');
        console.log(`${rate} requests/s, ${mode}: P99 ${p99} ms before, while and after the own zone is slow`);
        if (mode === 'latency') console.log(`  ${leavesText(outcome)}`);
      }
    }
  },
};

function leavesText({ leftAfter, backAfter, leftInVain }: ZoneOutcome): string {
  const seconds = (after: number | undefined): string => (after === undefined ? 'never' : `after ${after} s`);
  return `left ${seconds(leftAfter)}, back ${seconds(backAfter)}, left in vain ${leftInVain} times`;
}

const [name = ''] = process.argv.slice(2);
const simulation = Object.hasOwn(simulations, name) ? simulations[name] : undefined;
if (simulation === undefined) {
  console.error(`usage: npm run simulate -- ${Object.keys(simulations).join('|')}`);
  process.exitCode = 2;
} else {
  simulation();
}
