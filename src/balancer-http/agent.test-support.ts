/** Local servers that stand in for pods and for Skipper, and an agent that balances over them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Balancer } from '../balancer/index.ts';
import { BalancedAgent } from './balanced-agent.ts';
import type { BalancedAgentOptions } from './balanced-agent.ts';

export interface Pod {
  readonly address: string;
  readonly server: Server;
  connections: number;
}

export async function startPod(t: TestContext, listener: RequestListener, host = '127.0.0.1'): Promise<Pod> {
  const server = createServer(listener);
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const pod = { address: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, server, connections: 0 };
  server.on('connection', () => pod.connections++);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return pod;
}

export const named =
  (name: string): RequestListener =>
  (incoming, response) => {
    incoming.resume().on('end', () => response.end(`${name} for ${incoming.headers.host ?? ''}`));
  };

export function anAgent(
  t: TestContext,
  addresses: readonly string[],
  options: Omit<BalancedAgentOptions, 'balancer'> = {},
): { agent: BalancedAgent; balancer: Balancer; keyOf: (address: string) => string } {
  const balancer = new Balancer({ now: () => 0, random: () => 0.5 });
  balancer.update(addresses.map((address) => ({ address })));
  const agent = new BalancedAgent({ balancer, key: '${request.header.x-key}', ...options });
  t.after(() => {
    agent.destroy();
  });
  const keys = Array.from({ length: 10_000 }, (_, i) => `key-${i}`);
  return { agent, balancer, keyOf: (wanted) => keys.find((key) => balancer.pick(key).address === wanted) ?? '' };
}

export const inflight = (balancer: Balancer): number =>
  balancer.snapshot().endpoints.reduce((sum, endpoint) => sum + endpoint.inflight, 0);

/** Resolves when no request is under way: its end is heard of a turn of the loop after its caller has the error. */
export async function drained(balancer: Balancer, deadlineMs = 60_000): Promise<void> {
  const endsAt = performance.now() + deadlineMs;
  while (inflight(balancer) > 0) {
    if (performance.now() > endsAt) throw new Error(`${inflight(balancer)} requests are still under way`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
