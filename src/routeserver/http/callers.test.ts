import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { Callers, isAt } from './callers.ts';

const agent = 'Go-http-client/1.1';

function aRequest(socket: Socket, url: string, headers: Readonly<Record<string, string>> = {}): IncomingMessage {
  const request = new IncomingMessage(socket);
  request.url = url;
  Object.assign(request.headers, headers);
  return request;
}

function aSocket(address: string): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: address });
}

test('a caller is known by its address as its pod has it, what it calls itself and what it asks for', () => {
  const request = aRequest(aSocket('::ffff:10.2.0.7'), '/routes/a?x=1', { 'user-agent': agent });
  assert.deepEqual(new Callers().of(request).caller, { address: '10.2.0.7', userAgent: agent, url: '/routes/a?x=1' });
});

test('of what a caller says of itself only the beginning is kept', () => {
  const long = 'x'.repeat(5_000);
  const { caller } = new Callers().of(aRequest(aSocket('10.2.0.7'), `/${long}`, { 'user-agent': long }));
  assert.deepEqual([caller.url.length, caller.userAgent.length], [200, 200]);
});

describe('over one connection', () => {
  const usual = { 'user-agent': agent, 'accept-encoding': 'gzip' };
  const others = {
    'another path': ['/routes/a', usual],
    'another User-Agent': ['/routes', { ...usual, 'user-agent': 'curl/8' }],
    'no User-Agent': ['/routes', { 'accept-encoding': 'gzip' }],
    'another encoding': ['/routes', { 'user-agent': agent }],
  } as const;
  for (const [what, [url, headers]] of Object.entries(others)) {
    test(`a request with ${what} is another client’s, and the next one like the first is the first one’s`, () => {
      const callers = new Callers();
      const socket = aSocket('10.2.0.7');
      const first = callers.of(aRequest(socket, '/routes', usual)).client;
      const other = callers.of(aRequest(socket, url, headers)).client;
      const again = callers.of(aRequest(socket, '/routes', usual)).client;
      assert.notEqual(other, first);
      assert.equal(again, first);
    });
  }
});

test('the same request over two connections is one client’s, from two addresses two clients’', () => {
  const callers = new Callers();
  const [a, again, b] = ['10.2.0.7', '10.2.0.7', '10.2.0.8'].map(
    (address) => callers.of(aRequest(aSocket(address), '/routes')).client,
  );
  assert.equal(a, again);
  assert.notEqual(a, b);
});

test('gzip is accepted whatever else is, even with a quality of nought, as in the original', () => {
  const accepts = (encoding: string) =>
    new Callers().of(aRequest(aSocket('10.2.0.7'), '/routes', { 'accept-encoding': encoding })).acceptsGzip;
  assert.deepEqual(['gzip', 'br, gzip;q=0', 'br', ''].map(accepts), [true, true, false, false]);
});

test('a client is found by its address in either form', () => {
  const { client } = new Callers().of(aRequest(aSocket('::ffff:10.2.0.7'), '/routes'));
  assert.deepEqual(
    ['10.2.0.7', '::ffff:10.2.0.7', '10.2.0.70', '10.2.0'].map((address) => isAt(address, client)),
    [true, true, false, false],
  );
});
