/** Runs the command line within a test; gives what it printed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo, Server } from 'node:net';
import type { TestContext } from 'node:test';
import { runCli } from './program.ts';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Given {
  readonly stdin?: string;
  readonly nowMs?: number;
  /** Called in place of waiting. */
  readonly onSleep?: (ms: number) => void;
}

export async function run(args: readonly string[], { stdin = '', nowMs = 0, onSleep }: Given = {}): Promise<Run> {
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    stdin: () => Promise.resolve(stdin),
    clock: {
      now: () => nowMs,
      sleep: (ms) => {
        onSleep?.(ms);
        return Promise.resolve();
      },
    },
  });
  return { code, out, err };
}

/** A directory with these files, for as long as the test runs. */
export function directoryWith(context: TestContext, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'kubectl-routesrv-'));
  context.after(() => {
    rmSync(directory, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** Path of a kubeconfig of the API server that `server` plays, with the namespace `shop` in its context. */
export function kubeconfigOf(context: TestContext, server: Server): string {
  const { port } = server.address() as AddressInfo;
  const kubeconfig = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
    users: [{ name: 'u', user: {} }],
    'current-context': 'c',
  });
  return `${directoryWith(context, { kubeconfig })}/kubeconfig`;
}
