/** Gets a seed, gives cases for the oracle: endpoints of all spellings, filters, loads and keys of all lengths. */
import type { Question } from './oracle.ts';

const schemes = ['http', 'http', 'http', 'https', 'h2c', 'fastcgi'];
const factors = [0, 0, 1, 1.1, 1.25, 1.5, 2, 7.3];
const letters = ['a', 'b', 'k', 'Z', '0', '7', '-', '/', ' ', 'ü', 'ß', '€', '語', '😀', '\u0000', '\u007f'];

export class Questions {
  readonly #random: () => number;
  #asked = 0;

  /** @param random uniform in [0, 1), with a seed, so that a failure can be seen again. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** @param keys how many keys are asked for. */
  next(keys: number): Question {
    const endpoints = this.#endpoints(this.#size());
    const all = endpoints.map((_, i) => i);
    const keeps = this.#one([0, 0.05, 0.5, 0.9]);
    const some = all.filter(() => this.#random() < keeps);
    const mostInflight = this.#one([0, 1, 10, 300]);
    return {
      name: `fuzzed-${String(++this.#asked)}`,
      endpoints,
      kept: this.#random() < 0.4 || some.length === 0 ? all : some,
      inflight: endpoints.map(() => this.#below(mostInflight + 1)),
      factor: this.#one(factors),
      keys: Array.from({ length: keys }, () => this.#key()),
    };
  }

  /** Mostly as many as a Service has; now and then many. */
  #size(): number {
    const most = this.#one([2, 5, 20, 20, 60, 60, 60, 60, 60, 60, 60, 150, 150, 150, 1000]);
    return 1 + this.#below(most);
  }

  /** Without duplicates, which Skipper's data client drops before its balancer sees them. */
  #endpoints(count: number): readonly string[] {
    const [scheme, port, host] = [this.#one(schemes), 1 + this.#below(65_535), this.#below(3)];
    const found = new Set<string>();
    while (found.size < count) found.add(`${scheme}://${this.#host(host)}:${String(port)}`);
    return [...found];
  }

  #host(kind: number): string {
    const group = (most: number, radix: number): string => this.#below(most).toString(radix);
    if (kind === 0) return `10.${group(256, 10)}.${group(256, 10)}.${group(256, 10)}`;
    if (kind === 1) return `[2a05:d014:${group(65_536, 16)}::${group(65_536, 16)}]`;
    return `pod-${group(1e9, 36)}.search.default.svc.cluster.local`;
  }

  #key(): string {
    const length = this.#below(this.#one([1, 8, 20, 20, 40, 120, 120, 400]));
    const isPlain = this.#random() < 0.5;
    const letter = (): string => (isPlain ? String.fromCharCode(33 + this.#below(90)) : this.#one(letters));
    return Array.from({ length }, letter).join('');
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #one<T>(of: readonly [T, ...T[]] | readonly T[]): T {
    const one = of[this.#below(of.length)];
    if (one === undefined) throw new Error('There is nothing to choose from.');
    return one;
  }
}
