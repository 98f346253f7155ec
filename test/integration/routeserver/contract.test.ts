/** The wire contract, asked of the original and of ours: a Skipper must not notice which one it talks to. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ask } from '../../../src/routeserver/http/http-client.test-support.ts';
import type { TestAnswer } from '../../../src/routeserver/http/http-client.test-support.ts';
import { parseRoutes } from '../../../src/eskip/index.ts';
import { ListApi } from './list-api.ts';
import { aCluster } from './manifests.ts';
import { startOriginal, startOurs } from './programs.ts';
import type { Running } from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'routesrv-contract-'));
const configFile = join(folder, 'config.yaml');
const api = new ListApi();
/** Half of the flags come from a file, which both read. */
const config = `
source-poll-timeout: 600000
kubernetes-redis-service-namespace: default
kubernetes-redis-service-name: shop
kubernetes-redis-service-port: 6380
kubernetes-valkey-service-namespace: default
kubernetes-valkey-service-name: nobody
`;

let original: Running;
let ours: Running;

before(async () => {
  writeFileSync(configFile, config);
  api.show(aCluster());
  const args = [
    `-kubernetes-url=${await api.listen()}`,
    '-enable-kubernetes-endpointslices',
    `-config-file=${configFile}`,
    // Beats the file.
    '-source-poll-timeout=100',
  ];
  [original, ours] = await Promise.all([startOriginal(args), startOurs([...args, '-publish-interval=50ms'])]);
  await Promise.all([original, ours].map((server) => server.answers('/health', 204)));
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([original.stop(), ours.stop()]);
  api.close();
});

/** What a client sees of an answer, whoever gave it: without dates, and tags for whether there is one. */
function seen({ status, headers, body }: TestAnswer, isRange: boolean): object {
  const kept = [
    'content-type',
    'content-encoding',
    'x-count',
    'accept-ranges',
    'content-range',
    'x-content-type-options',
  ];
  const text = headers['content-encoding'] === 'gzip' && !isRange && body.length > 0 ? gunzipSync(body) : body;
  return {
    status,
    ...Object.fromEntries(kept.map((name) => [name, String(headers[name] ?? '').replace(/boundary=\w+|\/\d+$/, '…')])),
    tag: headers.etag?.replace(/[0-9a-f]{64}/, '…'),
    hasDate: headers['last-modified'] !== undefined,
    routes: status === 200 ? parsed(text.toString()) : undefined,
  };
}

function parsed(text: string): unknown {
  const result = parseRoutes(text);
  return result.ok ? result.routes : text;
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  /** `TAG`, `GZIP_TAG` and `DATE` stand for what this server gave for the whole table. */
  readonly headers?: Readonly<Record<string, string>>;
}

const cases: Readonly<Record<string, Asked>> = {
  'the whole table': {},
  'the whole table, compressed': { headers: { 'accept-encoding': 'gzip' } },
  'the headers of the table': { method: 'HEAD' },
  'the table of a zone with enough endpoints': { path: '/routes/zone-a' },
  'the table of a zone with too few': { path: '/routes/zone-b' },
  'the table of an unknown zone': { path: '/routes/zone-c' },
  'a zone without a name': { path: '/routes/' },
  'a path below a zone': { path: '/routes/zone-a/x' },
  'a path that nobody has': { path: '/nothing' },
  'a POST': { method: 'POST' },
  'a DELETE': { method: 'DELETE' },
  health: { path: '/health' },
  'the shards of a store': { path: '/swarm/redis/shards' },
  'the shards of a store whose Service is not there': { path: '/swarm/valkey/shards' },
  'a POST to the shards': { path: '/swarm/redis/shards', method: 'POST' },
  'a HEAD of the shards': { path: '/swarm/redis/shards', method: 'HEAD' },
  'shards of a store that nobody knows': { path: '/swarm/etcd/shards' },
  'the same tag': { headers: { 'if-none-match': 'TAG' } },
  'the same tag of the compressed table': { headers: { 'accept-encoding': 'gzip', 'if-none-match': 'GZIP_TAG' } },
  'the tag of the other encoding': { headers: { 'accept-encoding': 'gzip', 'if-none-match': 'TAG' } },
  'a weak tag': { headers: { 'if-none-match': 'W/TAG' } },
  'a list of tags': { headers: { 'if-none-match': '"a", TAG' } },
  'any tag': { headers: { 'if-none-match': '*' } },
  'another tag': { headers: { 'if-none-match': '"other"' } },
  'the same date': { headers: { 'if-modified-since': 'DATE' } },
  'an old date': { headers: { 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' } },
  'a tag that must match and does not': { headers: { 'if-match': '"other"' } },
  'a date that must be and is not': { headers: { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' } },
  'a range': { headers: { range: 'bytes=0-9' } },
  'a range of the compressed table': { headers: { range: 'bytes=0-9', 'accept-encoding': 'gzip' } },
  'the last bytes': { headers: { range: 'bytes=-5' } },
  'several ranges': { headers: { range: 'bytes=0-1,3-4' } },
  'a range behind the end': { headers: { range: 'bytes=999999-' } },
  'a malformed range': { headers: { range: 'bytes=x' } },
  'a range of the version at hand': { headers: { range: 'bytes=0-9', 'if-range': 'TAG' } },
  'a range of another version': { headers: { range: 'bytes=0-9', 'if-range': '"other"' } },
};

async function askLike(server: Running, { path = '/routes', method = 'GET', headers = {} }: Asked): Promise<object> {
  const whole = await ask(server.port, '/routes');
  const packed = await ask(server.port, '/routes', { headers: { 'accept-encoding': 'gzip' } });
  const standIns: readonly (readonly [string, string | undefined])[] = [
    ['GZIP_TAG', packed.headers.etag],
    ['TAG', whole.headers.etag],
    ['DATE', whole.headers['last-modified']],
  ];
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    standIns.reduce((text, [word, given]) => text.replace(word, given ?? ''), value),
  ]);
  const answer = await ask(server.port, path, {
    method,
    headers: Object.fromEntries(filled) as Record<string, string>,
  });
  return seen(answer, 'range' in headers);
}

describe('both route servers answer alike to who asks for', () => {
  for (const [name, asked] of Object.entries(cases)) {
    test(name, async () => {
      const [theirs, own] = await Promise.all([askLike(original, asked), askLike(ours, asked)]);
      assert.deepEqual(own, theirs);
    });
  }
});

test('both tables have the same bytes', async () => {
  const [theirs, own] = await Promise.all([original, ours].map((server) => ask(server.port, '/routes')));
  assert.equal(own?.body.toString(), theirs?.body.toString());
});
