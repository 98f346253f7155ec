/** Runs in a pod: reads the mounted toggles as a service would. `GET :8080/` says what it holds, and since when it runs. */
import { createServer } from 'node:http';
import process from 'node:process';
import { TogglesFile } from '../../../src/balancer-toggles/index.ts';

/** What the pod answers. */
export interface Reading {
  /** Differs from process to process, for a restart must not look like a reading. */
  readonly startedAt: number;
  readonly enabled: boolean;
  readonly percentage: number;
}

const startedAt = performance.timeOrigin;
const toggles = new TogglesFile({ path: '/etc/client-balancer/client-balancer.json' });
createServer((_request, response) => {
  const { enabled, percentage } = toggles.current;
  response.end(JSON.stringify({ startedAt, enabled, percentage } satisfies Reading));
}).listen(8080);
process.on('SIGTERM', () => process.exit());
