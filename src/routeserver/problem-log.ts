/**
 * Gets all problems of each compilation; gives a log line for each new one, and counts of those that are there now.
 */
import type { DecodeProblem, ObjectRef } from '../api/index.ts';
import type { Problem } from '../compile/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';

/** Follows problems from compilation to compilation. */
export class ProblemLog {
  readonly #log: Logger;
  readonly #gauge: ReturnType<Metrics['gauge']>;
  #known: ReadonlySet<string> = new Set();
  #last: readonly (readonly object[])[] = [];

  constructor(log: Logger, metrics: Metrics) {
    this.#log = log;
    this.#gauge = metrics.gauge<string>({
      name: 'problems',
      help: 'Mistakes in objects as of the last compilation, by kind of object and code.',
      labels: ['kind', 'code', 'severity'],
    });
  }

  /** Takes everything that is wrong now. What was wrong before and still is, is not told again. */
  update(problems: readonly Problem[], undecodable: readonly DecodeProblem[]): void {
    // The usual case by far; with thousands of problems their counts would cost more than a change.
    if (this.#last[0] === problems && this.#last[1] === undecodable) return;
    this.#last = [problems, undecodable];
    const all = [...problems, ...undecodable.map(asProblem)];
    const keys = new Set<string>();
    this.#gauge.reset();
    for (const problem of all) {
      const { object, code, severity } = problem;
      this.#gauge.inc({ kind: object.kind, code, severity });
      const key = [object.kind, nameOf(object), code, problem.field ?? '', problem.message].join('\n');
      if (!this.#known.has(key) && !keys.has(key)) this.#tell(problem);
      keys.add(key);
    }
    this.#known = keys;
  }

  #tell({ object, field, code, severity, message }: Problem): void {
    const entry = { object: nameOf(object), kind: object.kind, field, code };
    if (severity === 'error') this.#log.error(entry, message);
    else this.#log.info(entry, message);
  }
}

function nameOf({ namespace, name }: ObjectRef): string {
  return `${namespace === '' ? 'default' : namespace}/${name}`;
}

function asProblem({ object, field, message }: DecodeProblem): Problem {
  return { object, field, code: 'invalid-object', severity: 'error', message };
}
