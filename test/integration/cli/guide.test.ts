/**
 * What docs/guide/cli.md shows is what happens: each command of its transcripts runs in a copy of `examples`.
 *
 * `UPDATE=1 node --test test/integration/cli/guide.test.ts` writes the outputs into the page.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { run } from '../../harness/processes/run.ts';
import { install } from './program.ts';
import { outputsIn, scriptOf, transcriptsIn } from './transcript.ts';

const page = join(import.meta.dirname, '../../../docs/guide/cli.md');
const installed = install();
const folder = mkdtempSync(join(tmpdir(), 'guide-'));
const minuteMs = 60_000;

/** A RouteServerConfig in the midst of a rollout. The ages of its conditions are what the page shows. */
function config(): object {
  const ago = (minutes: number): string => new Date(Date.now() - minutes * minuteMs - minuteMs / 2).toISOString();
  const condition = (type: string, status: string, minutes: number, words: readonly [string, string]): object => {
    const [reason, message] = words;
    return { type, status, reason, message, lastTransitionTime: ago(minutes) };
  };
  return {
    apiVersion: 'routesrv.dev/v1alpha1',
    kind: 'RouteServerConfig',
    metadata: { name: 'ingress', namespace: 'kube-system', uid: 'u', resourceVersion: '1', generation: 2 },
    spec: { mode: 'Exec', skipper: { deploymentRef: { name: 'skipper-ingress' } } },
    status: {
      observedGeneration: 2,
      tier: 'test',
      phase: 'Stepping',
      resolved: { mode: 'Exec', rolloutPercentage: 100, source: 'Tier' },
      effectiveMode: 'Exec',
      rollout: { percentage: 50, step: 50 },
      skippers: { total: 6, direct: 3, routeServer: 3, converged: 3 },
      shadow: { verdict: 'InSync', since: ago(190) },
      conditions: [
        condition('Ready', 'False', 190, ['StepNotSoaked', 'The step of 50 % soaks until 09:10.']),
        condition('ShadowInSync', 'True', 190, ['ShadowInSync', 'Both tables have 4 routes and agree.']),
      ],
    },
  };
}

/** Answers as two tables and an API server would; the page has names in place of its address. */
function server(): Server {
  return createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://a').pathname;
    if (path.startsWith('/apis/')) {
      const list = {
        apiVersion: 'routesrv.dev/v1alpha1',
        kind: 'RouteServerConfigList',
        metadata: { resourceVersion: '1' },
        items: [config()],
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(list));
    } else response.end(readFileSync(join(folder, 'main.eskip')));
  });
}

const listening = server();
let origin = '';

/** Not among the examples, which are well-formed like every file here. */
const broken =
  'kind: Service\nmetadata: { name: cart }\n---\nkind: Ingress\nmetadata:\n  name: cart\n   namespace: shop\n';

before(async () => {
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken/shop.yaml'), broken);
  cpSync(join(import.meta.dirname, 'examples'), folder, { recursive: true });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const kubeconfig = {
    clusters: [{ name: 'c', cluster: { server: origin } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user: {} }],
    'current-context': 'c',
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
});

after(() => {
  listening.close();
  listening.closeAllConnections();
  installed.remove();
  rmSync(folder, { recursive: true });
});

const names = ['http://routesrv:9990', 'http://skipper:9911'];
/** One server plays both; who it is meant to be is in the path, which tables do not care about. */
const asPlayed = (text: string): string =>
  names.reduce((sofar, name, index) => sofar.replaceAll(name, `${origin}/${index}`), text);
const asWritten = (text: string): string =>
  names.reduce((sofar, name, index) => sofar.replaceAll(`${origin}/${index}`, name), text);

suite('docs/guide/cli.md shows what happens:', () => {
  for (const transcript of transcriptsIn(readFileSync(page, 'utf8'))) {
    const { line, steps } = transcript;
    test(`line ${line}: ${steps.map(({ command }) => command).join('; ')}`, async () => {
      const env = { ...installed.env, KUBECONFIG: join(folder, 'kubeconfig') };
      const { stdout } = await run('sh', ['-c', asPlayed(scriptOf(transcript))], { cwd: folder, env });
      const found = outputsIn(asWritten(stdout)).map((output, at) => ({ command: steps[at]?.command ?? '', output }));
      if (process.env['UPDATE'] === '1') update(steps, found);
      else assert.deepEqual(found, steps);
    });
  }
});

function update(steps: readonly object[], found: readonly { command: string; output: string }[]): void {
  const body = (some: readonly { command?: string; output?: string }[]): string =>
    some.map(({ command = '', output = '' }) => `$ ${command}\n${output === '' ? '' : `${output}\n`}`).join('');
  const block = (some: readonly object[]): string => `\`\`\`console\n${body(some)}\`\`\``;
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(block(steps), () => block(found)),
  );
}

test('the guide has transcripts', () => {
  assert.ok(transcriptsIn(readFileSync(page, 'utf8')).length >= 6);
});
