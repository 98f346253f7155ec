import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../runtime/index.ts';
import type { Answer } from './answer.ts';
import { send } from './send.ts';

const answer: Answer = { status: 200, headers: ['Content-Length', '5'], body: [Buffer.from('12345')] };

const holdBackMs = 1;

test('a cut that came while the process was held up past the last byte’s time counts as one', async () => {
  const isCut = new Int32Array(new SharedArrayBuffer(4));
  const became = await new Promise<string>((resolve) => {
    const server = createServer((_request, response) => {
      const outcome = {
        completed: () => {
          resolve('completed');
        },
        broken: () => {
          resolve('broken');
        },
      };
      send(response, answer, { clock: systemClock, headersOnly: false, holdBackMs, outcome });
      // As on a busy machine: when this process gets on, both the timer is due and the cut has been there for long.
      Atomics.wait(isCut, 0, 0);
      Atomics.wait(isCut, 0, 1, 10 * holdBackMs);
      response.once('close', () => server.close());
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      new Worker(new URL('cutting-client.test-support.ts', import.meta.url), { workerData: { port, isCut } });
    });
  });
  assert.equal(became, 'broken');
});
