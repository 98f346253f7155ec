/** Gets the address of a route server; gives how many answers a second it has for clients that ask all the time. */
import { connect } from 'node:net';
import { Pool } from 'undici';

/** As many as the reference measurement used. */
const connections = 16;

export interface Load {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly forMs: number;
}

/** Whole tables a second. */
export async function tablesPerSecond({ port, headers, forMs }: Load): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${String(port)}`, { connections });
  const beganAt = performance.now();
  let answers = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() - beganAt < forMs) {
      const { body } = await pool.request({ path: '/routes', method: 'GET', headers: { ...headers } });
      await body.dump({ limit: Number.MAX_SAFE_INTEGER });
      answers++;
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  const seconds = (performance.now() - beganAt) / 1_000;
  await pool.close();
  return answers / seconds;
}

/** Answers without a body a second: bare sockets, for a client that parses would be slower than the server. */
export async function notModifiedPerSecond({ port, headers, forMs }: Load): Promise<number> {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET /routes HTTP/1.1\r\nHost: bench\r\n${fields.join('')}\r\n`;
  const beganAt = performance.now();
  const counts = await Promise.all(Array.from({ length: connections }, () => countAnswers(port, request, forMs)));
  const seconds = (performance.now() - beganAt) / 1_000;
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

function countAnswers(port: number, request: string, forMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const beganAt = performance.now();
    let count = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('error', reject);
    socket.on('data', (data) => {
      if (!data.includes('HTTP/1.1 304')) reject(new Error(`expected 304, found ${data.toString().slice(0, 60)}`));
      count++;
      if (performance.now() - beganAt < forMs) socket.write(request);
      else {
        socket.destroy();
        resolve(count);
      }
    });
  });
}
