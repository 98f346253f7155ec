/** Gets a server; has it listen on a free port of this machine alone, and ends it with its connections. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Gives the URL at which it listens. */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function endServer(server: Server): void {
  server.close();
  server.closeAllConnections();
}
