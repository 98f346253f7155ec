/** Running a command to its end. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TestBedError } from '../errors.ts';

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Standard input; nothing by default. */
  readonly input?: string | Uint8Array;
}

/** How it ended. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command and gives its output, whatever its exit code. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (chunk: string) => (output[name] += chunk));
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? 1, ...output });
    });
    child.stdin.on('error', () => undefined); // it may end without reading; its exit code tells
    child.stdin.end(options.input);
  });
}

/** Runs a command and gives its standard output. @throws TestBedError with what it complained about. */
export async function runOrThrow(program: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code === 0) return stdout;
  throw new TestBedError(`${[program, ...args].join(' ')} ended with ${code}: ${(stderr || stdout).trim()}`);
}

/** Runs a command and hands each line of its output on; gives the exit code and the last lines. */
export function runStreaming(
  program: string,
  args: readonly string[],
  options: RunOptions & { readonly onLine: (line: string) => void },
): Promise<{ code: number; tail: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const last: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          options.onLine(line);
          last.push(line);
        }
        last.splice(0, last.length - 20);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? 1, tail: last.join('\n') });
    });
  });
}

/** Path of a program on PATH, or where the system keeps those for root. */
export function which(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
