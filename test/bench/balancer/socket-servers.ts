/** A process of its own: gets how many servers to start, gives their ports to its parent. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

const count = Number(process.argv[2]);
const servers = Array.from({ length: count }, () => createServer((_request, response) => response.end('ok')));
const ports: number[] = [];
for (const server of servers) {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports.push((server.address() as AddressInfo).port);
}
process.send?.(ports);
// When the parent is gone, so are we.
process.once('disconnect', () => process.exit());
