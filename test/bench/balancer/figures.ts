/** The balancer's figures, beside Skipper's own code and the packages that npm has for the purpose. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { skipperTimings, type SkipperTiming } from '../../oracle/oracle.ts';
import type { BalancerOptions } from '../../../src/balancer/index.ts';
import type { Figure } from '../figures.ts';
import { grpcRoundRobin } from './grpc-round-robin.ts';
import { socketFigures } from './sockets.ts';
import { consistentHash, filled, hashring, inBatches, inputs, oneByOne, type Run } from './subjects.ts';
import { bytesPerCall, msOfEach, nsPerCall } from './timing.ts';

const firstRing = fileURLToPath(new URL('first-ring.ts', import.meta.url));
const bounded: BalancerOptions = { boundedLoad: { load: 'inflight', factor: 1.25 } };

interface Comparison {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  /** Part of their time that ours may take. */
  readonly most: number;
  /** How the goal is written. */
  readonly goal: string;
}

const compared = ({ name, ours, theirs, most, goal }: Comparison): Figure => ({
  ...{ name, unit: 'ns', ours: [ours], theirs: [theirs], goal: `<= ${goal} x` },
  isMet: (own, other) => own <= most * other,
});

const within = (name: string, unit: string, ours: readonly number[], limit: number): Figure => ({
  ...{ name, unit, ours, theirs: [], goal: `<= ${limit} ${unit}` },
  isMet: (own) => own <= limit,
});

export async function balancerFigures(isQuick: boolean): Promise<readonly Figure[]> {
  const skipper = await skipperTimings();
  const rounds = isQuick ? 500 : 3000;
  const pickOf = (count: number, options: BalancerOptions = {}): number => {
    const balancer = filled(count, options);
    return nsPerCall(
      oneByOne((key) => balancer.pick(key)),
      rounds,
    );
  };
  const beside = (count: number, divisor: number, options?: BalancerOptions): Figure =>
    compared({
      name: `${options === undefined ? '' : 'bounded '}pick, ${count} endpoints, beside Skipper`,
      ours: pickOf(count, options),
      theirs: timingOf(skipper, count, options !== undefined),
      most: 1 / divisor,
      goal: `1/${divisor}`,
    });
  const [ours50, ours1000] = [pickOf(50), pickOf(1000)];
  const package_ = (name: string, make: (count: number) => Run, count: number, ours: number): Figure =>
    compared({
      name: `pick, ${count} endpoints, beside ${name}`,
      ours,
      theirs: nsPerCall(make(count), 50),
      most: 1,
      goal: '1',
    });
  return [
    ...[beside(50, 4), beside(1000, 15), beside(50, 6, bounded), beside(1000, 60, bounded)],
    batchFigure(rounds, ours50),
    await garbageFigure(),
    growthFigure(),
    firstRingFigure(),
    roundRobinFigure(rounds),
    package_('hashring', hashring, 50, ours50),
    package_('hashring', hashring, 1000, ours1000),
    package_('consistent-hash', consistentHash, 50, ours50),
    package_('consistent-hash', consistentHash, 1000, ours1000),
    ...(await socketFigures(isQuick)),
  ];
}

function timingOf(timings: readonly SkipperTiming[], count: number, isBounded: boolean): number {
  const timing = timings.find((one) => one.endpoints === count && one.bounded === isBounded);
  if (timing === undefined) throw new Error(`The oracle has not timed ${count} endpoints.`);
  return timing.nsPerPick;
}

function batchFigure(rounds: number, theirs: number): Figure {
  const ours = nsPerCall(inBatches(filled(50)), rounds);
  return compared({ name: 'pickMany(100) per key, beside pick', ours, theirs, most: 0.6, goal: '0.6' });
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

function roundRobinFigure(rounds: number): Figure {
  const balancer = filled(50, { algorithm: 'roundRobin' });
  const ours = nsPerCall(
    oneByOne((key) => balancer.pick(key)),
    rounds,
  );
  const pick = grpcRoundRobin(inputs(50).map(({ address }) => address));
  const theirs = nsPerCall(
    oneByOne(() => pick()),
    rounds,
  );
  return compared({ name: 'round robin pick, 50 endpoints, beside @grpc/grpc-js', ours, theirs, most: 1, goal: '1' });
}
