/**
 * Gets args; gives a running program: our route server from its sources, the original, or Skipper.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programs } from '../../harness/index.ts';
import { HopelessError } from '../../harness/errors.ts';
import { reservePort } from '../../harness/instance/free-ports.ts';
import type { ReservedPort } from '../../harness/instance/free-ports.ts';
import { machineState, processState } from '../../harness/processes/state.ts';
import { until } from '../../harness/wait.ts';

const ourSource = join(import.meta.dirname, '../../../src/bin/routesrv.ts');
const deadlineMs = 30_000;
/** Of what a program wrote: a route server without its API server says so of each kind, with a stack, for minutes. */
const keptCharacters = 1_000_000;

const running = new Set<Running>();

// Nobody else would end them when the process of the test, or of a long run, is told to end in the middle.
process.once('exit', () => {
  for (const program of running) program.kill();
});

/** A program of a test. */
export class Running {
  readonly port: number;
  readonly supportPort: number;
  readonly #ports: readonly ReservedPort[];
  readonly #child: ChildProcess;
  readonly #temporary: string;
  #output = '';

  constructor(
    command: readonly [string, ...string[]],
    ports: readonly [ReservedPort, ReservedPort],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#ports = ports;
    [this.port, this.supportPort] = [ports[0].port, ports[1].port];
    // Skipper keeps what it downloads there.
    this.#temporary = mkdtempSync(join(tmpdir(), 'routesrv-test-'));
    const [program, ...args] = command;
    this.#child = spawn(program, args, {
      env: { PATH: process.env['PATH'] ?? '', ...env, TMPDIR: this.#temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-keptCharacters);
    };
    running.add(this);
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
  }

  /** The end of what it wrote. */
  get output(): string {
    return this.#output;
  }

  /** The last lines that it wrote, what the kernel knows of it, and how busy the machine is. */
  get state(): string {
    return `${processState(this.pid)}; ${machineState()}\n${this.#output.split('\n').slice(-15).join('\n')}`;
  }

  /** Its process; 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get supportUrl(): string {
    return `http://127.0.0.1:${this.supportPort}`;
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until `path` answers with `status`. */
  async answers(path: string, status: number, withinMs = deadlineMs): Promise<void> {
    await until(
      { what: `${path} to answer ${status}`, deadlineMs: withinMs, explain: () => Promise.resolve(this.state) },
      async () => {
        if (this.hasExited) throw new HopelessError(`the program has exited:\n${this.#output}`);
        const response = await fetch(this.url + path);
        await response.bytes();
        return response.status === status;
      },
    );
  }

  /** Waits until it has written `text`: an answer and a line that it wrote before can come here in either order. */
  async says(text: RegExp, withinMs = deadlineMs): Promise<void> {
    const explain = (): Promise<string> => Promise.resolve(this.#output);
    await until({ what: `the output to have ${text.source}`, deadlineMs: withinMs, explain }, () =>
      Promise.resolve(text.test(this.#output)),
    );
  }

  /** Sends `signal` and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it without waiting, and removes what it has on disk. */
  kill(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#temporary, { recursive: true, force: true });
  }

  /** Sends `signal` and waits for the end; gives the exit code, null after SIGKILL. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<number | null> {
    if (!this.hasExited) {
      const exited = once(this.#child, 'exit');
      this.#child.kill(signal);
      await exited;
    }
    running.delete(this);
    rmSync(this.#temporary, { recursive: true, force: true });
    for (const reserved of this.#ports) reserved.release();
    return this.#child.exitCode;
  }
}

async function ports(): Promise<readonly [ReservedPort, ReservedPort]> {
  return [await reservePort(), await reservePort()];
}

function listening([main, support]: readonly [ReservedPort, ReservedPort]): readonly string[] {
  return [`-address=127.0.0.1:${main.port}`, `-support-listener=127.0.0.1:${support.port}`];
}

/** Our route server, from its sources, or from the file that was built of them. */
export async function startOurs(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  program = ourSource,
): Promise<Running> {
  const own = await ports();
  const flags = ['-wait-for-healthcheck-interval=0s', ...listening(own), '-kubernetes', ...args];
  return new Running([process.execPath, program, ...flags], own, env);
}

/** The original route server. */
export async function startOriginal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const { routesrv } = await programs.ensure(['routesrv']);
  const own = await ports();
  return new Running([routesrv, ...listening(own), '-kubernetes', ...args], own, env);
}

/** A Skipper that reads its routes from `urls`. Its table is at `supportUrl`/routes. */
export async function startSkipper(
  urls: readonly string[],
  pollMs: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  return startSkipperWith([`-routes-urls=${urls.join(',')}`, `-source-poll-timeout=${pollMs}`], env);
}

/** A Skipper that reads what `args` say: a file of routes, or Kubernetes itself. */
export async function startSkipperWith(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const { skipper } = await programs.ensure(['skipper']);
  const own = await ports();
  const flags = [...args, '-access-log-disabled', '-wait-for-healthcheck-interval=0s'];
  return new Running([skipper, ...listening(own), ...flags], own, env);
}
