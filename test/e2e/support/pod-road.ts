/**
 * Gets a pod that runs on a node of ours; gives a way to spoil its road to another address, from inside its own network
 * and for this pod alone. What is done is gone with the pod.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { runOrThrow, which } from '../../harness/processes/run.ts';
import { TestBedError } from '../../harness/errors.ts';
import { roadPort } from './cutting-road.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Process id, as seen from this machine, of a program in a pod: containers have the pod's name as their host's. */
function processOf(pod: string, program: string): number {
  const found = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && isMeant(entry, pod, program));
  if (found[0] === undefined) throw new TestBedError(`no process ${program} of pod ${pod} runs on this machine`);
  return Number(found[0]);
}

function isMeant(pid: string, pod: string, program: string): boolean {
  try {
    const read = (file: string): string => readFileSync(join('/proc', pid, file), 'utf8');
    return read('comm').trim() === program && read('environ').split('\0').includes(`HOSTNAME=${pod}`);
  } catch {
    return false; // it has ended meanwhile
  }
}

export class PodRoad {
  readonly #inside: readonly string[];

  /** @param program the name of a process that runs in the pod, not as root */
  constructor(pod: string, program: string) {
    this.#inside = ['nsenter', '--target', String(processOf(pod, program)), '--net', '--'];
  }

  /** From now on nothing that the pod sends arrives at `address`. */
  async isLostTo(address: Address): Promise<void> {
    await this.#rule('filter', `ip daddr ${address.host} tcp dport ${address.port} drop`);
  }

  /**
   * Tables from `address` are cut before the first route with `word`, so many of them.
   * @param onCut told of each
   */
  async cutsTables(
    t: TestContext,
    cut: { readonly from: Address; readonly word: string; readonly times: number | 'all' },
    onCut: (what: string) => void,
  ): Promise<void> {
    const { host, port } = cut.from;
    const script = join(import.meta.dirname, 'cutting-road.ts');
    const [program = '', ...inside] = this.#inside;
    const args = [...inside, process.execPath, script, host, String(port), cut.word, String(cut.times)];
    const road = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => road.kill());
    const lines = createInterface({ input: road.stdout });
    await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      road.once('exit', () => {
        reject(new TestBedError('the road ended before it was ready'));
      });
    });
    lines.on('line', onCut);
    // Ours runs as root, Skipper does not. Connections that are open break, for no rule was there when they were made.
    await this.#rule('nat', `meta skuid != 0 ip daddr ${host} tcp dport ${port} redirect to :${roadPort}`);
  }

  async #rule(type: 'filter' | 'nat', rule: string): Promise<void> {
    const [program = '', ...inside] = this.#inside;
    const text = `table ip spoilt { chain way { type ${type} hook output priority -100; ${rule}; }; }\n`;
    await runOrThrow(program, [...inside, which('nft') ?? 'nft', '-f', '-'], { input: text });
  }
}
