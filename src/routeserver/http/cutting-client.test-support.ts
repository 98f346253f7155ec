/**
 * Gets a port and a shared flag; asks for a table, ends the connection at the first bytes of the answer, and then raises
 * the flag. In a thread of its own, so that it gets on while the server's thread is held up.
 */
import { connect } from 'node:net';
import { workerData } from 'node:worker_threads';

const { port, isCut } = workerData as { readonly port: number; readonly isCut: Int32Array };
const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'));
socket.once('data', () => socket.destroy());
socket.once('close', () => {
  Atomics.store(isCut, 0, 1);
  Atomics.notify(isCut, 0);
});
