/**
 * A process of its own: prints what one call of a subject takes, in ns. What V8 makes of a function depends on all that
 * it was called for before, and a program has one kind of balancer, not each kind in turn.
 * Arguments: the subject's name, how many endpoints, how many rounds.
 */
import process from 'node:process';
import { subjects, type SubjectName } from './subjects.ts';
import { nsPerCall } from './timing.ts';

const [name, count, rounds] = process.argv.slice(2) as [SubjectName, string, string];
process.stdout.write(String(nsPerCall(subjects[name](Number(count)), Number(rounds))));
