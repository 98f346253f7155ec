import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { kubeconfigOf, run } from '../run.test-support.ts';
import type { Run } from '../run.test-support.ts';

const config = (name: string, spec: object = { mode: 'Pre', skipper: { deploymentRef: { name: 'skipper' } } }) => ({
  apiVersion: 'routesrv.dev/v1alpha1',
  kind: 'RouteServerConfig',
  metadata: { name, namespace: 'shop', uid: 'u', resourceVersion: '1', generation: 1 },
  spec,
});

/** An API server with these answers by path, and nothing else. Gives what the command does with it, and what it asked. */
async function ask(
  context: TestContext,
  answers: Readonly<Record<string, object>>,
  args: readonly string[],
): Promise<Run & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://a');
    asked.push(pathname.replace('/apis/routesrv.dev/v1alpha1', ''));
    const answer = answers[asked.at(-1) ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { kind: 'Status', code: 404, message: 'not found' }));
  }).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const path = kubeconfigOf(context, server);
  return { ...(await run(['status', '--kubeconfig', path, ...args])), asked };
}

const list = (...items: readonly object[]) => ({
  kind: 'RouteServerConfigList',
  metadata: { resourceVersion: '1' },
  items,
});
const [inShop, everywhere] = ['/namespaces/shop/routeserverconfigs', '/routeserverconfigs'];

describe('status', () => {
  const places: Readonly<Record<string, readonly [readonly string[], string]>> = {
    'in the namespace of the context': [[], inShop],
    'in the namespace that is given': [['-n', 'x'], '/namespaces/x/routeserverconfigs'],
    'in all namespaces': [['-A'], everywhere],
  };
  for (const [where, [args, path]] of Object.entries(places)) {
    test(`looks ${where}`, async (context) => {
      const { code, out, asked } = await ask(context, { [path]: list(config('a'), config('b')) }, args);
      assert.deepEqual([code, asked], [0, [path]]);
      assert.match(out, /^shop +a +- +Pre .*\nshop +b /m);
    });
  }

  test('shows the one that is named', async (context) => {
    const { out, asked } = await ask(context, { [`${inShop}/a`]: config('a') }, ['a']);
    assert.deepEqual(asked, [`${inShop}/a`]);
    assert.match(out, /^shop\/a\n {2}no operator has looked at it yet$/m);
  });

  test('shows one that it does not understand, and the others', async (context) => {
    const { code, out } = await ask(context, { [inShop]: list(config('a', { mode: 7 }), config('b')) }, []);
    assert.equal(code, 0);
    assert.match(out, /^shop +a .*Unreadable\nshop +b /m);
    assert.match(out, /^shop\/a\n(?: {2}.*\n)* {2}.*spec\.mode/m);
  });

  test('gives the objects as they are, in JSON', async (context) => {
    const { out } = await ask(context, { [inShop]: list(config('a')) }, ['-o', 'json']);
    assert.deepEqual(JSON.parse(out), { apiVersion: 'v1', kind: 'List', items: [config('a')] });
  });

  test('says where there are none', async (context) => {
    const here = await ask(context, { [inShop]: list() }, []);
    const anywhere = await ask(context, { [everywhere]: list() }, ['-A']);
    assert.deepEqual([here.code, here.err], [0, 'no RouteServerConfig in namespace shop; -A looks in all\n']);
    assert.equal(anywhere.err, 'no RouteServerConfig in any namespace\n');
  });

  test('says what to look at when nobody answers', async (context) => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const kubeconfig = kubeconfigOf(context, server);
    server.close();
    await once(server, 'close');
    const { code, err } = await run(['status', '--kubeconfig', kubeconfig]);
    assert.equal(code, 2);
    assert.match(
      err,
      /cannot be reached \(ECONNREFUSED\); is it the cluster that you mean\? --context and --kubeconfig/,
    );
  });

  const failures: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
    'asks for the CRD when the kind is not there': [
      [],
      /^error: .*; is the CRD routeserverconfigs\.routesrv\.dev installed\?\n$/,
    ],
    'does not, when one object is not there': [
      ['a'],
      /^error: get RouteServerConfig shop\/a: .*not found; kubectl-routesrv status -A shows those/,
    ],
    'takes a name or -A': [['a', '-A'], /^error: give -n with the name a, not -A\n$/],
    'names a context that is not there': [['--context', 'other'], /^error: .*other/],
  };
  for (const [name, [args, want]] of Object.entries(failures)) {
    test(name, async (context) => {
      const { code, out, err } = await ask(context, {}, args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, want);
    });
  }
});
