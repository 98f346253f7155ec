/**
 * Times picks: ours, those of Skipper's own code and those of the packages that npm has for the purpose.
 *
 * Each is timed several times, by a new process each time and all in turn: for seconds at a time the same code takes up
 * to twice as long on a shared machine, and that must not fall on one of two that are compared.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { skipperTimings } from '../../oracle/oracle.ts';
import type { Figure } from '../figures.ts';
import type { SubjectName } from './subjects.ts';

const program = fileURLToPath(new URL('time-subject.ts', import.meta.url));

type Size = 50 | 1000;
/** A subject, or a function of Skipper's, and for how many endpoints. */
type Timed = `${SubjectName | 'skipper' | 'skipperBounded'} ${Size}`;

interface Comparison {
  readonly name: string;
  readonly ours: Timed;
  readonly theirs: Timed;
  /** How the goal is written; `most` is the part of their time that ours may take. */
  readonly goal: string;
  readonly most: number;
}

const besideSkipper = (ours: 'pick' | 'boundedPick', count: Size, divisor: number): Comparison => ({
  name: `${ours === 'pick' ? 'pick' : 'bounded pick'}, ${count} endpoints, beside Skipper`,
  ours: `${ours} ${count}`,
  theirs: `${ours === 'pick' ? 'skipper' : 'skipperBounded'} ${count}`,
  goal: `1/${divisor}`,
  most: 1 / divisor,
});

const besidePackage = (name: string, theirs: 'hashring' | 'consistentHash', count: Size): Comparison => ({
  name: `pick, ${count} endpoints, beside ${name}`,
  ...{ ours: `pick ${count}`, theirs: `${theirs} ${count}`, goal: '1', most: 1 },
});

const comparisons: readonly Comparison[] = [
  besideSkipper('pick', 50, 4),
  besideSkipper('pick', 1000, 15),
  besideSkipper('boundedPick', 50, 6),
  besideSkipper('boundedPick', 1000, 60),
  { name: 'pickMany(100) per key, beside pick', ours: 'pickMany 50', theirs: 'pick 50', goal: '0.6', most: 0.6 },
  {
    name: 'round robin pick, 50 endpoints, beside @grpc/grpc-js',
    ...{ ours: 'roundRobin 50', theirs: 'grpc 50', goal: '1', most: 1 },
  },
  ...(['hashring', 'consistentHash'] as const).flatMap((theirs) =>
    ([50, 1000] as const).map((count) =>
      besidePackage(theirs === 'hashring' ? 'hashring' : 'consistent-hash', theirs, count),
    ),
  ),
];

/** Of what takes microseconds, fewer calls say as much. */
const slow = /^(?:hashring|consistentHash) /;

function timeSubject(timed: Timed, rounds: number): number {
  const [name = '', count = ''] = timed.split(' ');
  const options = slow.test(timed) ? [name, count, '30'] : [name, count, String(rounds)];
  return Number(execFileSync(process.execPath, [program, ...options]).toString());
}

/** @param turns how often each is timed. */
export async function pickFigures(turns: number, rounds: number): Promise<readonly Figure[]> {
  const times = new Map<Timed, number[]>();
  const note = (timed: Timed, ns: number): unknown => times.set(timed, [...(times.get(timed) ?? []), ns]);
  const own = new Set(comparisons.flatMap(({ ours, theirs }) => [ours, theirs]));
  for (let turn = 0; turn < turns; turn++) {
    for (const { endpoints, bounded, nsPerPick } of await skipperTimings(rounds))
      note(`${bounded ? 'skipperBounded' : 'skipper'} ${endpoints as Size}`, nsPerPick);
    for (const timed of own) if (!timed.startsWith('skipper')) note(timed, timeSubject(timed, rounds));
  }
  const timesOf = (timed: Timed): readonly number[] => times.get(timed) ?? [];
  return comparisons.map(({ name, ours, theirs, goal, most }) => ({
    ...{ name, unit: 'ns', ours: timesOf(ours), theirs: timesOf(theirs), goal: `<= ${goal} x` },
    isMet: (mine, other) => mine <= most * other,
  }));
}
