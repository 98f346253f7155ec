/** The benchmark's load must not count answers that are wrong: a server that answers nonsense quickly is not fast. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { loaded } from '../../bench/load.ts';
import type { Asked, LoadedServer } from '../../bench/load.ts';
import { endServer, listenOnLoopback } from '../../support/loopback.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const etag = '"1"';
const table = 'a: * -> <shunt>;\n'.repeat(20_000);

async function serving(t: TestContext, answer: Answer): Promise<LoadedServer> {
  const server = createServer(answer);
  const url = await listenOnLoopback(server);
  t.after(() => {
    endServer(server);
  });
  return { url, port: Number(new URL(url).port), pid: process.pid };
}

const isConditional = ({ headers }: IncomingMessage) => headers['if-none-match'] === etag;
const inOnePiece: Answer = (_request, response) => {
  response.writeHead(200, { etag, 'content-length': table.length }).end(table);
};
const inChunks: Answer = (_request, response) => {
  response.writeHead(200, { etag });
  for (let at = 0; at < table.length; at += 70_000) response.write(table.slice(at, at + 70_000));
  response.end();
};
const revalidating: Answer = (request, response) => {
  if (isConditional(request)) response.writeHead(304, { etag }).end();
  else inOnePiece(request, response);
};

describe('the load counts', () => {
  const right: Readonly<Record<string, readonly [Asked, Answer]>> = {
    'tables with their length before them': ['identity', inOnePiece],
    'tables in chunks': ['gzip', inChunks],
    '304s to who has the table': ['notModified', revalidating],
  };
  for (const [what, [asked, answer]] of Object.entries(right)) {
    test(what, async (t) => {
      const rates = await loaded(await serving(t, answer), asked, 400);
      assert.equal(rates.length, 3);
      assert.ok(rates.every(({ perSecond }) => perSecond > 0));
    });
  }
});

describe('the load fails at', () => {
  /** Right at first: what comes later is wrong. */
  const later = (wrong: Answer): Answer => {
    let answers = 0;
    return (request, response) => {
      (answers++ < 40 ? revalidating : wrong)(request, response);
    };
  };
  const wrong: Readonly<Record<string, readonly [Asked, Answer, RegExp]>> = {
    'another tag': [
      'identity',
      later((_request, response) =>
        response.writeHead(200, { etag: '"2"', 'content-length': table.length }).end(table),
      ),
      /wanted \{status:200 etag:"1".* got \{status:200 etag:"2"/,
    ],
    'a table that is shorter': [
      'identity',
      later((_request, response) => response.writeHead(200, { etag, 'content-length': 3 }).end('abc')),
      /got \{status:200 etag:"1" bytes:3\}/,
    ],
    'a table for who has it': ['notModified', later(inOnePiece), /wanted \{status:304 .* got \{status:200/],
    'a connection that is closed': [
      'identity',
      later((request) => {
        request.socket.destroy();
      }),
      /the load on port \d+ failed: /,
    ],
  };
  for (const [what, [asked, answer, message]] of Object.entries(wrong)) {
    test(what, async (t) => {
      await assert.rejects(loaded(await serving(t, answer), asked, 60_000), message);
    });
  }
});
