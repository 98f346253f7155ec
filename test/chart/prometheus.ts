/** Prometheus' own code as a process: checks rules, says which alerts fire, answers queries, reads metrics as a scrape does. */
import { programs } from '../harness/index.ts';
import { run, runOrThrow } from '../harness/processes/run.ts';
import { createProgress } from '../harness/progress.ts';
import { findGo } from '../harness/programs/go-toolchain.ts';

/** What is known of the past, and when it is asked. */
export interface Past {
  /** Series and their values, one for each minute, in the notation of Prometheus' unit tests. */
  readonly series: readonly { readonly series: string; readonly values: string }[];
  readonly afterMinutes: number;
}
/** What a query comes to. */
export interface Answer {
  /** Why there is none; `''` when there is. */
  readonly complaint: string;
  /** The labels of each series of the result. */
  readonly series: readonly Readonly<Record<string, string>>[];
}
export interface FiringAlert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export class Prometheus {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Builds the program when it is nowhere yet. */
  static async find(): Promise<Prometheus> {
    return new Prometheus((await programs.ensure(['prometheus-rules']))['prometheus-rules']);
  }

  /** What is wrong with a file of rules; `''` when it would be loaded. */
  async complaint(file: string): Promise<string> {
    return (await run(this.#path, ['check', file])).stderr.trim();
  }

  /** The alerts of a file of rules that fire. */
  async firing(file: string, past: Past): Promise<readonly FiringAlert[]> {
    const answer = await runOrThrow(this.#path, ['fire', file], { input: JSON.stringify(past) });
    return JSON.parse(answer) as readonly FiringAlert[];
  }

  /** What each query comes to at that moment. */
  async answers(past: Past, queries: readonly string[]): Promise<readonly Answer[]> {
    const input = JSON.stringify({ ...past, queries });
    return JSON.parse(await runOrThrow(this.#path, ['ask'], { input })) as readonly Answer[];
  }

  /** Names and types of the families of a page of metrics. @throws when it cannot be read */
  async families(page: string): Promise<ReadonlyMap<string, string>> {
    const lines = (await runOrThrow(this.#path, ['scrape'], { input: page })).trim().split('\n');
    return new Map(lines.map((line) => line.split(' ') as [string, string]));
  }
}

/** Folder of prometheus-operator's module, read-only, in Go's cache; downloaded when it is not there. */
export async function prometheusOperator(): Promise<string> {
  const go = await findGo(["prometheus-operator's definitions"], createProgress());
  const module = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';
  const env = { ...process.env, GOTOOLCHAIN: 'auto' };
  return (JSON.parse(await runOrThrow(go, ['mod', 'download', '-json', module], { env })) as { Dir: string }).Dir;
}
