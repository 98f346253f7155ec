/** Gets hosts and the port of a Skipper; gives visitors who ask for each host again and again, and what they met. */
import { Agent, createServer, get } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A round may begin so long after the last one: enough to see every table, and little for a busy machine. */
const restMs = 10;

/** A server that answers 200 to everything, at every loopback address. */
export async function echo(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((_request, response) => response.end('echo'));
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** Asks until it is stopped. */
export class Visitors {
  readonly #hosts: readonly string[];
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #failures: string[] = [];
  #rounds = 0;
  #isStopped = false;
  readonly #asking: Promise<void>;

  constructor(port: number, hosts: readonly string[]) {
    this.#port = port;
    this.#hosts = hosts;
    this.#asking = this.#ask();
  }

  /** How often each host was asked for. */
  get rounds(): number {
    return this.#rounds;
  }

  /** What was answered with anything else than 200. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#asking;
    this.#agent.destroy();
  }

  async #ask(): Promise<void> {
    while (!this.#isStopped) {
      for (const host of this.#hosts) {
        const answer = await this.#answerOf(host);
        if (answer !== '200') this.#failures.push(`${host}: ${answer}`);
      }
      this.#rounds++;
      await pause(restMs);
    }
  }

  #answerOf(host: string): Promise<string> {
    return new Promise((resolve) => {
      const options = { host: '127.0.0.1', port: this.#port, agent: this.#agent, headers: { host } };
      get(options, (response) => {
        response.resume();
        response.on('end', () => {
          resolve(String(response.statusCode));
        });
      }).on('error', (error) => {
        resolve(error.message);
      });
    });
  }
}
