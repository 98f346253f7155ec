import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { directoryWith } from '../run.test-support.ts';
import { mistakeIn } from './check-table.ts';
import { readTable, tableUrl } from './read-table.ts';

const options = { stdin: () => Promise.resolve('from stdin'), timeoutMs: 10_000 };

async function serve(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the URL that is asked', () => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'of a bare server is its table': ['http://a:9990', 'http://a:9990/routes?limit=10000000&nopretty='],
    'keeps a zone': ['https://a/routes/north', 'https://a/routes/north?limit=10000000&nopretty='],
    'keeps what the person said': ['http://a/routes?limit=5&x=1', 'http://a/routes?limit=5&x=1&nopretty='],
  };
  for (const [name, [source, want]] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(tableUrl(source).href, want);
    });
  }

  test('holds no password, and the refusal does not either', () => {
    assert.throws(() => tableUrl('http://me:hunter2@a/'), /^Failure: a: give the URL without user and password/);
  });

  test('is a URL', () => {
    assert.throws(() => tableUrl('http://a:port'), /http:\/\/a:port: is no URL/);
  });
});

describe('a table is read from', () => {
  test('a server, with the number of routes that it says it has', async (context) => {
    const origin = await serve(context, (request, response) => {
      response.setHeader('X-Count', '2').end(`asked for ${request.url ?? ''}`);
    });
    assert.deepEqual(await readTable(origin, options), {
      name: origin,
      text: 'asked for /routes?limit=10000000&nopretty=',
      expectedRoutes: 2,
    });
  });

  test('a server that does not count', async (context) => {
    const origin = await serve(context, (_, response) => response.end('x'));
    assert.equal((await readTable(origin, options)).expectedRoutes, undefined);
  });

  test('stdin', async () => {
    assert.deepEqual(await readTable('-', options), { name: '<stdin>', text: 'from stdin', expectedRoutes: undefined });
  });

  test('a file', async (context) => {
    const file = `${directoryWith(context, { 'a.eskip': 'text' })}/a.eskip`;
    assert.deepEqual(await readTable(file, options), { name: file, text: 'text', expectedRoutes: undefined });
  });
});

describe('it is told why there is no table:', () => {
  test('a file that is not there, or is a directory', async (context) => {
    const directory = directoryWith(context, {});
    await assert.rejects(readTable(`${directory}/none`, options), /none: there is no such file/);
    await assert.rejects(readTable(directory, options), /: is a directory/);
  });

  test('a server that answers something else', async (context) => {
    const origin = await serve(context, (_, response) => response.writeHead(404).end());
    await assert.rejects(readTable(origin, options), /: answered 404 Not Found; expected 200 with a table/);
  });

  test('a server that is not there', async () => {
    await assert.rejects(
      readTable('http://127.0.0.1:1', options),
      /^Failure: http:\/\/127.0.0.1:1: .*(bad port|ECONNREFUSED)/,
    );
  });

  test('a server that does not come to an end', async (context) => {
    const origin = await serve(context, (_, response) => response.write('a'));
    await assert.rejects(readTable(origin, { ...options, timeoutMs: 50 }), /: no whole answer within 0.05 s/);
  });
});

describe('what is wrong with a table is told with its name:', () => {
  const mistakes: Readonly<Record<string, readonly [string, number | undefined, string | undefined]>> = {
    'nothing, of a good one': ['a: * -> <shunt>;', 1, undefined],
    'nothing, when nobody counted': ['a: * -> <shunt>;', undefined, undefined],
    'no routes': ['// none', 0, 'T: has no routes, so there is nothing to compare'],
    'a part of it': [
      'a: * -> <shunt>;',
      2,
      'T: came with 1 route and said it has 2; the transfer was cut short: try again',
    ],
  };
  for (const [name, [text, expectedRoutes, want]] of Object.entries(mistakes)) {
    test(name, () => {
      assert.equal(mistakeIn({ name: 'T', text, expectedRoutes }), want);
    });
  }

  test('what is no eskip, with line and column', () => {
    const told = mistakeIn({ name: 'T', text: 'a: * -> <shunt>;\nb: * => x', expectedRoutes: undefined });
    assert.match(told ?? '', /^T: is no table of routes: line 2, column 6/);
  });
});
