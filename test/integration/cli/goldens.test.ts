/**
 * What programs read of `diff` and `compile`: output and exit codes, byte for byte, as in `expected/`. The tables are
 * those of running programs: Skippers with their own data client and with a route server, the original route server,
 * and ours.
 *
 * `UPDATE=1 node --test test/integration/cli/goldens.test.ts` writes the files.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { until } from '../../harness/wait.ts';
import { ListApi } from '../routeserver/list-api.ts';
import { startOriginal, startOurs, startSkipperWith } from '../routeserver/programs.ts';
import type { Running } from '../routeserver/programs.ts';
import { runProgram } from './program.ts';

const examples = join(import.meta.dirname, 'examples');
const flags = ['-enable-kubernetes-endpointslices', '-kubernetes-path-mode=path-prefix'];
const pollMs = 200;
const deadlineMs = 60_000;

/** A file in `expected/` for what a command prints. */
interface Golden {
  readonly args: readonly string[];
  readonly code: 0 | 1 | 2;
}

/** @param origins by the names that stand for them in `args` and in the files: ports differ each time */
async function check(file: string, { args, code }: Golden, origins: ReadonlyMap<string, string>): Promise<void> {
  const given = args.map((arg) => origins.get(arg) ?? arg);
  const found = await runProgram(given, undefined, examples);
  const named = [...origins].reduce((text, [name, origin]) => text.replaceAll(origin, name), told(found));
  assert.equal(found.code, code, named);
  const path = join(import.meta.dirname, 'expected', file);
  if (process.env['UPDATE'] === '1') writeFileSync(path, named);
  assert.equal(named, readFileSync(path, 'utf8'));
}

const told = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string => stdout + stderr;

suite('compile prints', () => {
  const problems = ['--problems', '--strict'];
  const goldens: Readonly<Record<string, Golden>> = {
    'problems-strict.txt': { args: ['-f', 'mistakes', ...problems], code: 1 },
    'problems-strict.json': { args: ['-f', 'mistakes', ...problems, '-o', 'json'], code: 1 },
    'problems-lenient.txt': { args: ['-f', 'mistakes', '--problems'], code: 0 },
    'no-problems-strict.txt': { args: ['-f', 'main', 'cluster.yaml', ...problems, ...flags], code: 0 },
    'no-problems-strict.json': { args: ['-f', 'main', 'cluster.yaml', ...problems, ...flags, '-o', 'json'], code: 0 },
    'table-strict.json': { args: ['-f', 'branch', 'cluster.yaml', '--strict', ...flags, '-o', 'json'], code: 0 },
    'no-manifests.txt': { args: ['-f', 'none', ...problems], code: 2 },
  };
  for (const [file, golden] of Object.entries(goldens)) {
    test(`${file}, and exits with ${golden.code}`, () => {
      return check(`compile-${file}`, { ...golden, args: ['compile', ...golden.args] }, new Map());
    });
  }
});

/** A route that every route server serves and no Skipper puts to use. */
const unknownFilter = `
apiVersion: zalando.org/v1
kind: RouteGroup
metadata: { name: typo, namespace: shop }
spec:
  hosts: [typo.example.org]
  backends: [{ name: gone, type: shunt }]
  routes: [{ pathSubtree: /, filters: ['statuss(410)'], backends: [{ backendName: gone }] }]
`;

function manifestsOf(branch: string, ...more: readonly string[]): string {
  const files = [`${branch}/shop.yaml`, 'cluster.yaml'].map((file) => readFileSync(join(examples, file), 'utf8'));
  // What an API server fills in, and this stand-in for one does not.
  return [...files, ...more].join('\n---\n').replace('spec:\n  ports:', 'spec:\n  type: ClusterIP\n  ports:');
}

suite('diff of running programs prints', () => {
  const [main, branch] = [new ListApi(), new ListApi()];
  const running = new Map<string, Running>();
  const origins = new Map<string, string>();

  const noted = async (name: string, starting: Promise<Running>): Promise<Running> => {
    const program = await starting;
    running.set(name, program);
    return program;
  };

  before(async () => {
    main.show(manifestsOf('main', unknownFilter));
    branch.show(manifestsOf('branch'));
    const [mainUrl, branchUrl] = [await main.listen(), await branch.listen()];
    const args = (api: string): readonly string[] => [
      `-kubernetes-url=${api}`,
      `-source-poll-timeout=${pollMs}`,
      ...flags,
    ];
    const ours = await noted('http://ours', startOurs([...args(mainUrl), '-source=poll']));
    const original = await noted('http://original', startOriginal(args(mainUrl)));
    const other = await noted('http://ours-branch', startOurs([...args(branchUrl), '-source=poll']));
    // A Skipper that cannot read its first table ends.
    await Promise.all([ours, original, other].map((server) => server.answers('/health', 204)));
    const skippers = [
      await noted('http://skipper-direct', startSkipper(['-kubernetes', ...args(mainUrl)])),
      await noted('http://skipper-fed', startSkipper(fedBy(ours))),
      await noted('http://skipper-branch', startSkipper(fedBy(other))),
    ];
    await Promise.all(skippers.map(hasTable));
    for (const [name, program] of running) {
      origins.set(name, skippers.includes(program) ? program.supportUrl : program.url);
    }
    origins.set('http://skipper-proxy', skippers[0]?.url ?? '');
  });

  after(async () => {
    await Promise.all([...running.values()].map((program) => program.stop()));
    for (const api of [main, branch]) api.close();
  });

  const startSkipper = (args: readonly string[]): Promise<Running> => startSkipperWith([...args, '-enable-ratelimits']);
  const fedBy = ({ url }: Running): readonly string[] => [
    `-routes-urls=${url}/routes`,
    `-source-poll-timeout=${pollMs}`,
  ];

  async function hasTable(skipper: Running): Promise<void> {
    const explain = (): Promise<string> => Promise.resolve(skipper.output);
    await until({ what: 'a Skipper to have a table', deadlineMs, explain }, async () => {
      const { headers } = await fetch(`${skipper.supportUrl}/routes`, { method: 'HEAD' });
      return Number(headers.get('x-count')) > 0;
    });
  }

  const [direct, fed, other] = ['http://skipper-direct', 'http://skipper-fed', 'http://skipper-branch'];
  const once = ['--settle', '0'];
  const goldens: Readonly<Record<string, Golden>> = {
    'skippers-agree.txt': { args: [direct, fed], code: 0 },
    'skippers-agree.json': { args: [direct, fed, '-o', 'json'], code: 0 },
    'skippers-differ.txt': { args: [direct, other, '--settle', '0.5'], code: 1 },
    'skippers-differ.json': { args: [direct, other, ...once, '-o', 'json'], code: 1 },
    'skippers-differ-routes.txt': { args: [direct, other, ...once, '--routes'], code: 1 },
    'skippers-tolerated.json': {
      args: [direct, other, ...once, '-o', 'json', '--tolerate', 'Filters', '--tolerate', 'Missing=^kube_rg__'],
      code: 0,
    },
    'route-servers-agree.txt': { args: ['http://original', 'http://ours'], code: 0 },
    'route-servers-agree.json': { args: ['http://original', 'http://ours', '-o', 'json'], code: 0 },
    'skipper-rejects.txt': { args: [fed, 'http://ours', ...once], code: 1 },
    'skipper-rejects.json': { args: [fed, 'http://original', ...once, '-o', 'json'], code: 1 },
    'no-table-there.txt': { args: [direct, 'http://skipper-proxy'], code: 2 },
  };
  for (const [file, golden] of Object.entries(goldens)) {
    test(`${file}, and exits with ${golden.code}`, () => {
      return check(`diff-${file}`, { ...golden, args: ['diff', ...golden.args] }, origins);
    });
  }
});
