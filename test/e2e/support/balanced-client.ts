/**
 * Runs in a pod: asks pods of a Service for one key after the other through the balanced dispatcher, at a steady rate.
 *
 *   GET :8080/         what it has counted; 503 until the first endpoints are known
 *   GET :8080/owners   who has each key at this moment: by our placement, by our request, and by one through Skipper
 */
import { createServer } from 'node:http';
import process from 'node:process';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { Balancer } from '../../../src/balancer/index.ts';
import { EndpointSliceWatcher } from '../../../src/balancer-kubernetes/index.ts';
import { BalancedDispatcher } from '../../../src/balancer-undici/index.ts';
import { channelNames } from '../../../src/balancer-adapter/index.ts';
import { subscribe } from 'node:diagnostics_channel';

const environment = (name: string): string => process.env[name] ?? '';
const url = environment('URL');
const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);

const balancer = new Balancer({ now: () => performance.now(), random: Math.random });
const dispatcher = new BalancedDispatcher({
  balancer,
  key: '${request.header.X-Key}',
  // The Ingress's host is no name that DNS knows.
  toggles: { current: { enabled: true, percentage: 100, fallback: true, fallbackUrl: environment('SKIPPER') } },
});
const stats = { sent: 0, failed: 0, causes: [] as string[], attempts: 0, fallbacks: 0, problems: [] as string[] };
subscribe(channelNames.attempt, () => stats.attempts++);
subscribe(channelNames.fallback, () => stats.fallbacks++);
const watcher = new EndpointSliceWatcher({
  namespace: environment('NAMESPACE'),
  service: environment('SERVICE'),
  target: dispatcher,
  onProblem: ({ message }) => stats.problems.push(message),
});
watcher.start();

async function ask(key: string, through?: Dispatcher): Promise<string> {
  const skipper = { headers: { 'x-key': key, host: new URL(url).host } };
  const { statusCode, body } =
    through === undefined
      ? await request(environment('SKIPPER'), skipper)
      : await request(url, { dispatcher: through, headers: { 'x-key': key } });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text}`);
  return text;
}

async function count(key: string): Promise<void> {
  stats.sent += 1;
  try {
    await ask(key, dispatcher);
  } catch (error) {
    stats.failed += 1;
    stats.causes = [...stats.causes, `${new Date().toISOString()} ${String(error)}`].slice(-20);
  }
}

async function owners(): Promise<unknown> {
  // Now, with the picks: when the answers are here, there may be others.
  const endpoints = balancer.endpoints.length;
  const rows = await Promise.all(
    keys.map(async (key) => {
      const picked = balancer.pick(key, 'latin1').pod;
      const [asked, skippers] = await Promise.all([ask(key, dispatcher), ask(key)]).catch((error: unknown) => [
        String(error),
        '',
      ]);
      return { key, picked, asked, skippers };
    }),
  );
  return { endpoints, rows };
}

createServer((incoming, response) => {
  if (incoming.url === '/owners')
    void owners().then((found) => {
      response.end(JSON.stringify(found));
    });
  else response.writeHead(watcher.hasEndpoints ? 200 : 503).end(JSON.stringify(stats));
}).listen(8080);
process.on('SIGTERM', () => process.exit());

await watcher.whenReady();
let next = 0;
setInterval(
  () => {
    void count(keys[next++ % keys.length] ?? '');
  },
  1000 / Number(environment('PER_SECOND')),
);
