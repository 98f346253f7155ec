/**
 * Gets a control plane; gives a door to it that writes down every request, as the administrator. One door for each
 * program tells them apart.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BootedCluster } from '../../harness/index.ts';

export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly url: string;
}

export const isLease = ({ url }: Asked): boolean => url.startsWith('/apis/coordination.k8s.io/');
export const isWatch = ({ url }: Asked): boolean => /[?&]watch=(?:1|true)\b/.test(url);
export const isWrite = ({ method }: Asked): boolean => method !== 'GET';

export class CountedApi {
  /** In the order in which they came in; grows. */
  readonly asked: Asked[] = [];
  readonly kubeconfigPath: string;
  readonly #server: Server;
  readonly #agent: Agent;

  private constructor(server: Server, agent: Agent, kubeconfigPath: string) {
    this.#server = server;
    this.#agent = agent;
    this.kubeconfigPath = kubeconfigPath;
  }

  static async open(cluster: BootedCluster, name: string): Promise<CountedApi> {
    const pki = (file: string): string => readFileSync(join(cluster.folder, 'pki', file), 'utf8');
    const agent = new Agent({ keepAlive: true, ca: pki('ca.crt'), cert: pki('admin.crt'), key: pki('admin.key') });
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const path = join(cluster.folder, `counted.${name}.kubeconfig`);
    const kubeconfig = {
      clusters: [{ name, cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      users: [{ name, user: {} }],
      'current-context': name,
    };
    writeFileSync(path, JSON.stringify(kubeconfig));
    const api = new CountedApi(server, agent, path);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      api.#pass(request, response, cluster.server);
    });
    return api;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
  }

  #pass(request: IncomingMessage, response: ServerResponse, target: string): void {
    const { method = '', url = '', headers } = request;
    this.asked.push({ method, url });
    const onward = httpsRequest(new URL(url, target), { method, headers, agent: this.#agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
      // A watch may have nothing to say for a long time: that it is open is news by itself.
      response.flushHeaders();
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }
}
