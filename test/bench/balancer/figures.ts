/** The balancer's figures, beside Skipper's own code and the packages that npm has for the purpose. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../figures.ts';
import { pickFigures } from './picks.ts';
import { socketFigures } from './sockets.ts';
import { bounded, filled, inputs, oneByOne } from './subjects.ts';
import { bytesPerCall, msOfEach } from './timing.ts';

const firstRing = fileURLToPath(new URL('first-ring.ts', import.meta.url));

const within = (name: string, unit: string, ours: readonly number[], limit: number): Figure => ({
  ...{ name, unit, ours, theirs: [], goal: `<= ${limit} ${unit}` },
  isMet: (own) => own <= limit,
});

export async function balancerFigures(isQuick: boolean): Promise<readonly Figure[]> {
  return [
    ...(await pickFigures(isQuick ? 7 : 21, 300)),
    await garbageFigure(),
    growthFigure(),
    firstRingFigure(),
    ...(await socketFigures(isQuick)),
  ];
}

async function garbageFigure(): Promise<Figure> {
  const balancer = filled(50, bounded);
  const run = oneByOne((key) => balancer.pick(key));
  return within('garbage per pick, over 10 M bounded picks', 'B', [await bytesPerCall(run, 10_000_000)], 0);
}

function growthFigure(): Figure {
  const balancer = filled(1000);
  const lists = Array.from({ length: 30 }, (_, i) => inputs(1001 + i));
  const blocked = msOfEach(30, (time) => balancer.update(lists[time] ?? []));
  return within('adding a pod to 1,000, 30 times', 'ms', blocked, 5);
}

/** The loop is blocked for as long once, when a program starts. Each in a process that has compiled nothing yet. */
function firstRingFigure(): Figure {
  const blocked = Array.from({ length: 7 }, () => Number(execFileSync(process.execPath, [firstRing]).toString()));
  return within('first ring of 1,000, CPU time of the loop', 'ms', blocked, 100);
}
