/**
 * Many clients that take nothing: what they wait for is in memory once, however many they are. With a copy for each
 * connection (`Buffer.from(part)` in send.ts) it would be 2.1 GB, and the test fails.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, slowReader } from './http-client.test-support.ts';
import { serve, snapshotOf } from './serving.test-support.ts';

const clients = 500;
/** What a connection may cost beside the body: headers, and what both its ends keep of it. */
const bytesPerConnection = 32 * 1024;
const text = Array.from({ length: 20_000 }, (_, at) => `r${at}: Path("/${'x'.repeat(180)}/${at}") -> <shunt>;`).join(
  '\n',
);

test('500 clients that read nothing cost less than one more copy of the table, and others are served', async (t) => {
  const snapshot = await snapshotOf(text);
  const server = await serve(snapshot);
  t.after(() => server.close());
  const size = snapshot.table.identity.body.length;
  const before = process.memoryUsage().arrayBuffers;
  const sockets = await Promise.all(Array.from({ length: clients }, () => slowReader(server.port)));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const answeredBy = performance.now() + 60_000;
  while (server.answered.length < clients && performance.now() < answeredBy) await pause(5);
  assert.equal(server.answered.length, clients);
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(
    grown < size + clients * bytesPerConnection,
    `${grown} bytes for ${clients} clients and a table of ${size}`,
  );
  assert.ok(clients * size > 10 * (size + clients * bytesPerConnection), 'the bound would show copies');
  const answer = await ask(server.port, '/routes', { headers: { 'accept-encoding': 'gzip' } });
  assert.deepEqual([answer.status, answer.body.length], [200, snapshot.table.gzip.body.length]);
});
