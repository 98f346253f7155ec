/** Skipper's own code as a process: gets cases, gives what Skipper picks and hashes, and what a pick takes it. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { AlgorithmName } from '../../src/balancer/index.ts';
import { programs } from '../harness/index.ts';
import { run, runOrThrow } from '../harness/processes/run.ts';
import type { VectorCase } from '../vectors/vector-file.ts';

/** A case whose answer is not known yet. */
export type Question = Omit<VectorCase, 'picks'>;

/** A request as it comes over the wire, one character per byte. */
export interface KeyQuestion {
  /** Argument of consistentHashKey; null for a route without that filter. */
  readonly template: string | null;
  readonly request: string;
  readonly remoteAddr: string;
}

/** What became of requests, in rounds: each is a period of passive health, and requests after its end. */
export interface HealthQuestion {
  readonly algorithm: AlgorithmName;
  readonly endpoints: readonly string[];
  /** Bound on the load of the consistent hash; 0 for none. */
  readonly factor: number;
  readonly minRequests: number;
  readonly minDropProbability: number;
  readonly maxDropProbability: number;
  readonly maxUnhealthyEndpointsRatio: number;
  readonly rounds: readonly HealthRound[];
}

export interface HealthRound {
  /** Requests of the period and those of them that failed, by endpoint. */
  readonly outcomes: readonly (readonly [requests: number, failed: number])[];
  /** Under way when the picks begin, by endpoint. All requests of a round end well with it. */
  readonly inflight: readonly number[];
  readonly picks: readonly HealthPick[];
}

/** Draws are whole multiples of 2^-32, below 1: that of the filter, and those of the algorithm. */
export interface HealthPick {
  readonly key: string;
  readonly health: number;
  readonly draws: readonly number[];
}

export interface HealthAnswer {
  /** By endpoint, after the period. */
  readonly weights: readonly number[];
  readonly drops: readonly number[];
  /** Index into the endpoints for each pick, and how many endpoints it could choose from. */
  readonly picks: readonly number[];
  readonly kept: readonly number[];
}

/** YAML as a document, or as a file of objects that Skipper's own tests list. */
export interface YamlQuestion {
  readonly text: string;
  readonly fixture: boolean;
}

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

  private constructor(path: string, args: readonly string[]) {
    this.#process = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** Builds the program when it is nowhere yet. */
  static async start(about: 'picks' | 'keys' | 'health' | 'yaml' = 'picks'): Promise<Oracle> {
    return new Oracle(await oraclePath(), about === 'picks' ? [] : [`-${about}`]);
  }

  /** Index into the question's endpoints for each of its keys. One question at a time. */
  async ask(question: Question): Promise<readonly number[]> {
    const { picks } = (await this.#answer(question)) as { readonly picks: readonly number[] };
    return picks;
  }

  /** What Skipper would hash for a request; undefined where its server refuses the request. */
  async askKey(question: KeyQuestion): Promise<string | undefined> {
    const { key, refused } = (await this.#answer(question)) as { readonly key: string; readonly refused?: string };
    return refused === undefined ? key : undefined;
  }

  /** What Skipper's proxy makes of it, one answer per round. */
  async askHealth(question: HealthQuestion): Promise<readonly HealthAnswer[]> {
    return (await this.#answer(question)) as readonly HealthAnswer[];
  }

  /** What Go makes of a text; undefined where it refuses it. */
  async askYaml(question: YamlQuestion): Promise<unknown> {
    const { value, refused } = (await this.#answer(question)) as {
      readonly value?: unknown;
      readonly refused?: string;
    };
    return refused === undefined ? (value ?? null) : undefined;
  }

  async #answer(question: object): Promise<unknown> {
    const line = JSON.stringify(question);
    this.#process.stdin.write(`${line}\n`);
    const { value } = await this.#answers.next();
    if (value === undefined) throw new Error(`The oracle ended over ${line.slice(0, 200)}: see what it printed.`);
    return JSON.parse(value);
  }

  close(): void {
    this.#lines.close();
    this.#process.stdin.end();
  }
}

/** Go's own benchmark of Skipper's code, on this machine, now: the least time of so many rounds. */
export async function skipperTimings(rounds: number): Promise<readonly SkipperTiming[]> {
  return JSON.parse(await runOrThrow(await oraclePath(), ['-bench', String(rounds)])) as readonly SkipperTiming[];
}

/** What the runner of Skipper's own tests says of the cases in `folders`; undefined when all pass. */
export async function skipperVerdict(folders: readonly string[]): Promise<string | undefined> {
  const { code, stdout, stderr } = await run(await oraclePath(), ['-fixtures', ...folders]);
  return code === 0 ? undefined : stdout + stderr;
}

async function oraclePath(): Promise<string> {
  return (await programs.ensure(['skipper-oracle']))['skipper-oracle'];
}
