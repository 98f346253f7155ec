/**
 * What the operator judges canaries by, read from real Skippers in each flavour of their metrics after requests that
 * went well and requests that went wrong in every way.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Agent } from 'undici';
import { parseFlagArgs } from '../../../src/api/index.ts';
import { hiddenErrors } from '../../../src/manifests/index.ts';
import { RequestCounter } from '../../../src/operator/errors/request-counter.ts';
import type { RequestCounts } from '../../../src/rollout/index.ts';
import { endServer, listenOnLoopback } from '../../support/loopback.ts';
import { reservePort } from '../../harness/instance/free-ports.ts';
import type { ReservedPort } from '../../harness/instance/free-ports.ts';
import { until } from '../../harness/wait.ts';
import { startSkipperWith } from '../routeserver/programs.ts';
import type { Running } from '../routeserver/programs.ts';

const deadlineMs = 60_000;

/** Path, number of requests, answer; what each adds to the errors, and to those that backends did not answer. */
const traffic = [
  ['/well', 5, 200, 0, 0],
  ['/status/404', 4, 404, 0, 0],
  ['/status/503', 3, 503, 3, 0],
  ['/status/500', 2, 500, 2, 0],
  // A route that answers 5xx by itself does what is written there, whoever compiled it.
  ['/by-itself', 2, 503, 0, 0],
  ['/no-route', 6, 404, 6, 0],
  ['/hangs-up', 2, 500, 0, 2],
  ['/refuses', 1, 502, 0, 1],
  ['/all-refuse', 3, 502, 0, 3],
] as const;
const sum = (column: 1 | 3 | 4): number => traffic.reduce((total, row) => total + row[column], 0);

const flavours: Readonly<Record<string, readonly string[]>> = {
  'the default one': [],
  codahale: ['-metrics-flavour=codahale'],
  'codahale without what older dashboards need': ['-disable-metrics-compat'],
  'codahale with errors per route': ['-disable-metrics-compat', '-route-backend-error-counters'],
  prometheus: ['-metrics-flavour=prometheus'],
  'prometheus without what older dashboards need': ['-metrics-flavour=prometheus', '-disable-metrics-compat'],
  'prometheus under another prefix': ['-metrics-flavour=prometheus', '-metrics-prefix=edge.'],
  both: ['-metrics-flavour=codahale,prometheus'],
  'prometheus with metrics per route and per host': [
    '-metrics-flavour=prometheus',
    '-route-backend-metrics',
    '-route-response-metrics',
    '-serve-host-metrics',
  ],
};

/** Under these nothing is told in a form that is read. */
const unread: Readonly<Record<string, readonly string[]>> = {
  'otel alone': ['-metrics-flavour=otel'],
  'codahale under another prefix': ['-metrics-prefix=edge.'],
};

/** What the operator says of these flags, in status. */
const hiddenBy = (args: readonly string[]): readonly string[] =>
  hiddenErrors(parseFlagArgs(args)).map(({ flag }) => flag);

describe('errors and requests of a real Skipper, in the flavour', () => {
  const folder = mkdtempSync(join(tmpdir(), 'request-metrics-'));
  const dispatcher = new Agent();
  let unused: ReservedPort;
  const counter = new RequestCounter(dispatcher);
  const backend = createServer(({ url = '', socket }, response) => {
    if (url === '/hangs-up') socket.destroy();
    else response.writeHead(Number(/^\/status\/(\d+)$/.exec(url)?.[1] ?? 200)).end();
  });

  before(async () => {
    const url = await listenOnLoopback(backend);
    unused = await reservePort();
    const nobody = `http://127.0.0.1:${unused.port}`;
    const routes = [
      ...['well', 'status', 'hangs-up'].map(
        (name) => `${name.replace('-', '_')}: PathSubtree("/${name}") -> "${url}";`,
      ),
      `refuses: Path("/refuses") -> "${nobody}";`,
      `all_refuse: Path("/all-refuse") -> <roundRobin, "${nobody}", "${nobody}/">;`,
      'by_itself: Path("/by-itself") -> status(503) -> <shunt>;',
    ];
    writeFileSync(join(folder, 'routes.eskip'), routes.join('\n'));
  });
  after(async () => {
    await dispatcher.close();
    endServer(backend);
    unused.release();
    rmSync(folder, { recursive: true });
  });

  const countOf = ({ supportPort }: Running): Promise<RequestCounts | undefined> =>
    counter.count({ pod: 'skipper', host: '127.0.0.1', port: supportPort });

  for (const [name, args] of Object.entries(flavours)) {
    test(name, async (context) => {
      const skipper = await startSkipperWith([`-routes-file=${join(folder, 'routes.eskip')}`, ...args]);
      context.after(() => skipper.stop());
      await skipper.answers('/well', 200);
      const start = (await countOf(skipper)) ?? assert.fail(`no counts:\n${skipper.output}`);

      for (const [path, requests, status] of traffic) {
        for (let n = 0; n < requests; n++) {
          const response = await fetch(skipper.url + path);
          await response.bytes();
          assert.equal(response.status, status, path);
        }
      }

      const want = { requests: sum(1), errors: sum(3) + (hiddenBy(args).length === 0 ? sum(4) : 0) };
      // Skipper counts a request when its answer has gone out.
      const seen = async (): Promise<object> => {
        const { requests = 0, errors = 0 } = (await countOf(skipper)) ?? {};
        return { requests: requests - start.requests, errors: errors - start.errors };
      };
      const explain = async (): Promise<string> => JSON.stringify({ want, seen: await seen() });
      await until({ what: 'its counts', deadlineMs, explain }, async () => {
        return JSON.stringify(await seen()) === JSON.stringify(want);
      });
    });
  }

  for (const [name, args] of Object.entries(unread)) {
    test(`${name}, are not told, which status says with the flag`, async (context) => {
      const skipper = await startSkipperWith([`-routes-file=${join(folder, 'routes.eskip')}`, ...args]);
      context.after(() => skipper.stop());
      await skipper.answers('/well', 200);
      assert.equal(await countOf(skipper), undefined);
      assert.equal(hiddenBy(args).length, 1);
    });
  }
});
