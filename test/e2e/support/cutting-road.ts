/**
 * Gets by its args the address of a route server, a word, and how many tables to cut; stands before that server in the
 * network of one pod. A table is passed on up to the first route with that word and then the connection ends, with the
 * headers of the whole: the server behind it believes that everything arrived. Prints a line for each table it cuts.
 *
 * A process of its own, for a process enters the network namespace of a pod as a whole.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { argv, stdout } from 'node:process';
import { buffer } from 'node:stream/consumers';

/** Of this side, in the pod's network. */
export const roadPort = 15_001;

const [, , host = '', port = '', word = '', times = ''] = argv;
let left = times === 'all' ? Infinity : Number(times);

function ask(asked: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Plain, for what is cut at a route has to be read.
    const headers = { ...asked.headers, 'accept-encoding': 'identity' };
    request({ host, port, path: asked.url, method: asked.method, headers, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
}

async function passOn(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const from = await ask(asked);
  const body = await buffer(from);
  answer.writeHead(from.statusCode ?? 502, from.headers);
  const at = left > 0 ? body.indexOf(word) : -1;
  if (at === -1) {
    answer.end(body);
    return;
  }
  left -= 1;
  const part = body.subarray(0, body.lastIndexOf('\n', at) + 1);
  // What was passed on must arrive: the connection ends only after it.
  answer.write(part, () => answer.destroy());
  stdout.write(`passed on ${part.length} of ${body.length} bytes\n`);
}

if (import.meta.main) {
  const server = createServer((asked, answer) => {
    passOn(asked, answer).catch(() => answer.destroy());
  });
  server.listen(roadPort, '127.0.0.1', () => stdout.write('ready\n'));
}
