import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { ask, askAndCut, oneConnection, skipperAgent } from './http-client.test-support.ts';
import type { TestAnswer } from './http-client.test-support.ts';
import { modifiedHeader, routesOf, serve as serveHere, snapshotOf } from './serving.test-support.ts';
import type { Serving } from './serving.test-support.ts';
import { printRoutes } from '../../eskip/index.ts';
import { bytesOf } from '../snapshot/chunks.test-support.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { serveOnThread } from '../threads/serving-on-thread.test-support.ts';

const small = 'b: Path("/b") -> <shunt>; a: * -> "http://10.0.0.1:80";';
const smallBody = printRoutes(routesOf(small).toReversed());

/** A table of 8 MB that gzip cannot make much smaller: it does not fit into what kernels buffer. */
function bigText(version: string): string {
  const noise = (at: number): string => randomBytes(10_000).toString('base64').replaceAll(/[+/=]/g, String(at));
  return Array.from({ length: 600 }, (_, at) => `r${at}: * -> comment("${version} ${noise(at)}") -> <shunt>;`).join(
    '\n',
  );
}

function etagOf({ headers }: TestAnswer): string {
  assert.ok(headers.etag !== undefined, 'an answer without a tag');
  return headers.etag;
}

const places = { 'the main thread': serveHere, 'a serving thread': serveOnThread };

for (const [where, serve] of Object.entries(places)) {
  describe(`on ${where}`, () => {
    async function serving(context: TestContext, snapshot: Snapshot | undefined): Promise<Serving> {
      const server = await serve(snapshot);
      context.after(() => server.close());
      return server;
    }

    describe('the answer to GET /routes', () => {
      test('has the sorted table, its size, its number of routes and what identifies it', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const { status, headers, body } = await ask(port, '/routes');
        assert.equal(status, 200);
        assert.equal(body.toString(), smallBody);
        assert.partialDeepStrictEqual(headers, {
          'content-type': 'text/plain; charset=utf-8',
          'content-length': String(smallBody.length),
          'x-count': '2',
          'last-modified': modifiedHeader,
          vary: 'Accept-Encoding',
          'accept-ranges': 'bytes',
        });
        assert.match(etagOf({ status, headers, body }), /^"[0-9a-f]{64}"$/);
      });

      test('is compressed for who accepts gzip, under a tag of its own', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const plain = await ask(port, '/routes');
        const packed = await ask(port, '/routes', { headers: { 'accept-encoding': 'br, gzip' } });
        assert.equal(gunzipSync(packed.body).toString(), smallBody);
        assert.equal(etagOf(packed), etagOf(plain).replace(/"$/, '+gzip"'));
        assert.equal(packed.headers['content-encoding'], 'gzip');
        assert.equal(packed.headers['content-length'], String(packed.body.length));
      });

      test('has no body for HEAD and the same headers', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const get = await ask(port, '/routes');
        const head = await ask(port, '/routes', { method: 'HEAD' });
        const withoutDate = ({ date: _, ...headers }: TestAnswer['headers']) => headers;
        assert.deepEqual([head.status, head.body.length], [200, 0]);
        assert.deepEqual(withoutDate(head.headers), withoutDate(get.headers));
      });

      test('tells the operator, who asks with HEAD, how old its data is and how many routes are held back', async (t) => {
        const server = await serve(await snapshotOf(small), { sourceAgeMs: () => 61_001, heldBackRoutes: () => 4_000 });
        t.after(() => server.close());
        const answers = await Promise.all(['HEAD', 'GET'].map((method) => ask(server.port, '/routes', { method })));
        const state = answers.map(({ headers }) => [headers['x-source-age'], headers['x-held-back']]);
        assert.deepEqual(state, [
          ['62', '4000'],
          ['62', '4000'],
        ]);
      });

      test('says nothing about routes that are held back while none are', async (t) => {
        const server = await serve(await snapshotOf(small), { sourceAgeMs: () => 0, heldBackRoutes: () => 0 });
        t.after(() => server.close());
        const { headers } = await ask(server.port, '/routes', { method: 'HEAD' });
        assert.deepEqual([headers['x-source-age'], headers['x-held-back']], ['0', undefined]);
      });

      test('is 405 for other methods', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const statuses = ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].map(
          async (method) => (await ask(port, '/routes', { method })).status,
        );
        assert.deepEqual(await Promise.all(statuses), [405, 405, 405, 405, 405]);
      });

      test('is 404 before the first load', async (t) => {
        const { port } = await serving(t, undefined);
        const { status, body } = await ask(port, '/routes');
        assert.deepEqual([status, body.length], [404, 0]);
      });

      test('is a part for a range, and 416 for a range that is not there', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const part = await ask(port, '/routes', { headers: { range: 'bytes=3-8' } });
        const none = await ask(port, '/routes', { headers: { range: 'bytes=9999-' } });
        assert.deepEqual([part.status, part.body.toString()], [206, smallBody.slice(3, 9)]);
        assert.equal(part.headers['content-range'], `bytes 3-8/${smallBody.length}`);
        assert.deepEqual([none.status, none.headers.etag], [416, undefined]);
        assert.equal(none.headers['content-range'], `bytes */${smallBody.length}`);
      });

      test('is in several parts for several ranges', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const { status, headers, body } = await ask(port, '/routes', { headers: { range: 'bytes=0-1,4-5' } });
        assert.equal(status, 206);
        assert.match(headers['content-type'] ?? '', /^multipart\/byteranges; boundary=\w+$/);
        assert.equal(headers['content-length'], String(body.length));
        assert.ok(body.includes(`Content-Range: bytes 4-5/${smallBody.length}`));
      });

      test('is 412 when If-Match names another version', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const { status, body } = await ask(port, '/routes', { headers: { 'if-match': '"other"' } });
        assert.deepEqual([status, body.length], [412, 0]);
      });
    });

    describe('zones', () => {
      const endpoints = (zone: string, ...hosts: readonly string[]) =>
        hosts.map((host) => `"http://${host}:80?zone=${zone}"`).join(', ');
      const table = `a: * -> <roundRobin, ${endpoints('x', '10.0.0.1', '10.0.0.2', '10.0.0.3')}, ${endpoints('y', '10.1.0.1')}>;`;

      test('a zone with enough endpoints gets a table of its own, any other the whole one', async (t) => {
        const { port } = await serving(t, await snapshotOf(table));
        const [whole, x, y, unknown] = await Promise.all(
          ['', '/x', '/y', '/none'].map((zone) => ask(port, `/routes${zone}`)),
        );
        assert.ok(whole !== undefined && x !== undefined && y !== undefined && unknown !== undefined);
        assert.ok(whole.body.includes('10.1.0.1') && !x.body.includes('10.1.0.1'));
        assert.notEqual(etagOf(x), etagOf(whole));
        assert.deepEqual([etagOf(y), etagOf(unknown)], [etagOf(whole), etagOf(whole)]);
        assert.equal(x.headers['x-count'], '1');
      });

      test('a bad escape in the zone is the client’s mistake', async (t) => {
        const { port } = await serving(t, await snapshotOf(table));
        assert.equal((await ask(port, '/routes/%zz')).status, 400);
      });
    });

    describe('304', () => {
      test('goes to who has read this version to its end, with the tag and without a body', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const etag = etagOf(await ask(port, '/routes'));
        const { status, headers, body } = await ask(port, '/routes', { headers: { 'if-none-match': etag } });
        assert.deepEqual([status, body.length], [304, 0]);
        assert.partialDeepStrictEqual(headers, { etag, 'x-count': '2', vary: 'Accept-Encoding' });
        assert.deepEqual([headers['content-type'], headers['last-modified']], [undefined, undefined]);
      });

      test('goes to who has read a body that took its time, as soon as its last byte is there', async (t) => {
        const { port } = await serving(t, await snapshotOf(bigText('slow')));
        const etag = etagOf(await ask(port, '/routes'));
        assert.equal((await ask(port, '/routes', { headers: { 'if-none-match': etag } })).status, 304);
      });

      test('does not go to a client that this replica has not served: it gets the body, once', async (t) => {
        const snapshot = await snapshotOf(small);
        const { port } = await serving(t, snapshot);
        const headers = { ...skipperAgent, 'if-none-match': snapshot.etag.replace(/"$/, '+gzip"') };
        const agent = oneConnection();
        const first = await ask(port, '/routes', { headers, agent });
        const second = await ask(port, '/routes', { headers, agent });
        agent.destroy();
        assert.deepEqual([first.status, second.status], [200, 304]);
      });

      test('goes to anybody who only asks for headers', async (t) => {
        const snapshot = await snapshotOf(small);
        const { port } = await serving(t, snapshot);
        const { status } = await ask(port, '/routes', { method: 'HEAD', headers: { 'if-none-match': snapshot.etag } });
        assert.equal(status, 304);
      });

      test('tells clients behind one address apart by what they call themselves', async (t) => {
        const { port } = await serving(t, await snapshotOf(small));
        const headers = { 'accept-encoding': 'gzip', 'user-agent': 'curl/8' };
        const etag = etagOf(await ask(port, '/routes', { headers }));
        const { status } = await ask(port, '/routes', { headers: { ...skipperAgent, 'if-none-match': etag } });
        assert.equal(status, 200);
      });

      const cuts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
        'a compressed body': skipperAgent,
        'a plain body': { 'user-agent': skipperAgent['user-agent'] },
      };
      for (const [what, headers] of Object.entries(cuts)) {
        test(`does not go to a client that had ${what} cut in its middle, though it knows the tag`, async (t) => {
          const [before, after] = [await snapshotOf(bigText('before')), await snapshotOf(bigText('after'))];
          const server = await serving(t, before);
          const first = await ask(server.port, '/routes', { headers });
          server.show(after);
          await askAndCut(server.port, '/routes', { ...headers, 'if-none-match': etagOf(first) }, 100_000);
          const isGzip = headers['accept-encoding'] === 'gzip';
          const etag = isGzip ? after.etag.replace(/"$/, '+gzip"') : after.etag;
          const next = await ask(server.port, '/routes', { headers: { ...headers, 'if-none-match': etag } });
          assert.equal(next.status, 200);
          const text = isGzip ? gunzipSync(next.body) : next.body;
          assert.ok(text.equals(bytesOf(after.table.identity.body)), 'the complete table');
        });
      }

      test('does not go to a client that was cut just before the last byte of a table that fits one packet', async (t) => {
        const [before, after] = [await snapshotOf(small), await snapshotOf(`${small} c: Path("/c") -> <shunt>;`)];
        const server = await serving(t, before);
        const headers = { 'user-agent': skipperAgent['user-agent'] };
        const first = await ask(server.port, '/routes', { headers });
        server.show(after);
        // All but the held back byte arrives at once; a proxy that cuts there has taken everything it could.
        await askAndCut(server.port, '/routes', { ...headers, 'if-none-match': etagOf(first) }, 1);
        const next = await ask(server.port, '/routes', { headers: { ...headers, 'if-none-match': after.etag } });
        assert.equal(next.status, 200);
      });
    });

    test('a request keeps the snapshot that it began with', async (t) => {
      const [before, after] = [await snapshotOf(bigText('before')), await snapshotOf(bigText('after'))];
      const server = await serving(t, before);
      const whileReading = ask(server.port, '/routes').then((answer) => answer.body);
      await ask(server.port, '/health');
      server.show(after);
      assert.ok((await whileReading).equals(bytesOf(before.table.identity.body)));
      assert.equal(etagOf(await ask(server.port, '/routes')), after.etag);
    });
  });
}
