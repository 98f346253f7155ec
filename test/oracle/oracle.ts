/** Skipper's own code as a process: gets cases, gives what Skipper picks, and what a pick takes it. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { programs } from '../harness/index.ts';
import { runOrThrow } from '../harness/processes/run.ts';
import type { VectorCase } from '../vectors/vector-file.ts';

/** A case whose answer is not known yet. */
export type Question = Omit<VectorCase, 'picks'>;

/** What Skipper's `Apply` takes. */
export interface SkipperTiming {
  readonly endpoints: number;
  readonly bounded: boolean;
  readonly nsPerPick: number;
  readonly bytesPerPick: number;
}

export class Oracle {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string, undefined>;

  private constructor(path: string) {
    this.#process = spawn(path, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** Builds the program when it is nowhere yet. */
  static async start(): Promise<Oracle> {
    return new Oracle(await oraclePath());
  }

  /** Index into the question's endpoints for each of its keys. One question at a time. */
  async ask(question: Question): Promise<readonly number[]> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value } = await this.#answers.next();
    if (value === undefined) throw new Error(`The oracle ended over the case ${question.name}: see what it printed.`);
    const { picks } = JSON.parse(value) as { readonly picks: readonly number[] };
    return picks;
  }

  close(): void {
    this.#lines.close();
    this.#process.stdin.end();
  }
}

/** Go's own benchmark of Skipper's code, on this machine, now. */
export async function skipperTimings(): Promise<readonly SkipperTiming[]> {
  return JSON.parse(await runOrThrow(await oraclePath(), ['-bench'])) as readonly SkipperTiming[];
}

async function oraclePath(): Promise<string> {
  return (await programs.ensure(['skipper-oracle']))['skipper-oracle'];
}
