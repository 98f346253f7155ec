import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { kubeconfigOf, run } from '../run.test-support.ts';
import type { Run } from '../run.test-support.ts';

const slice = (service: string, ...ips: readonly string[]) => ({
  metadata: { name: `${service}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
  endpoints: ips.map((ip) => ({ addresses: [ip], targetRef: { kind: 'Pod', name: `pod-${ip}` }, nodeName: 'n1' })),
  ports: [
    { name: 'http', port: 8080 },
    { name: 'admin', port: 9 },
  ],
});

/** An API server with these slices. */
async function ask(context: TestContext, slices: readonly object[], args: readonly string[]): Promise<Run> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://a');
    const isAsked = pathname === '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
    const name = searchParams.get('labelSelector')?.replace('kubernetes.io/service-name=', '') ?? '';
    const items = slices.filter((one) => JSON.stringify(one).includes(`"kubernetes.io/service-name":"${name}"`));
    response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'EndpointSliceList', metadata: { resourceVersion: '1' }, items }));
  }).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const path = kubeconfigOf(context, server);
  return run(['ring', '--kubeconfig', path, ...args]);
}

describe('ring', () => {
  const slices = [slice('search', '10.2.0.1', '10.2.0.2'), slice('other', '10.2.0.9'), slice('empty')];

  test("shows the pods of the Service, in the context's namespace or in the one that is named", async (t) => {
    const { code, out, err } = await ask(t, slices, ['--service', 'search', '--port', 'http']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^pod-10\.2\.0\.1 +http:\/\/10\.2\.0\.1:8080 +n1 +- +\d+\.\d% +\d+\.\d% to pod-10\.2\.0\.2$/m);
    assert.doesNotMatch(out, /10\.2\.0\.9/);
    assert.equal((await ask(t, slices, ['--service', 'shop/search', '--port', '8080'])).out, out);
  });

  test('shows where a key goes, and everything as JSON', async (t) => {
    const args = ['--service', 'search', '--port', '9', '--scheme', 'https', '--key', 'product-47', '-o', 'json'];
    const view = JSON.parse((await ask(t, slices, args)).out) as Record<string, unknown>;
    assert.equal(view['service'], 'shop/search');
    assert.match(JSON.stringify(view['endpoints']), /https:\/\/10\.2\.0\.1:9"/);
    assert.match(JSON.stringify(view['key']), /"key":"product-47","hash":"[0-9a-f]{16}","owner":"pod-10/);
  });

  const mistakes: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
    'a Service that is not there': [['--service', 'nosuch'], /Service shop\/nosuch has no EndpointSlice/],
    'a Service without pods': [['--service', 'empty'], /Service shop\/empty has no ready endpoint/],
    'ports of which none was named': [['--service', 'search'], /not exactly one TCP port.*http \(8080\), admin \(9\)/],
    'a namespace that may not be read': [['--service', 'a/search'], /endpointslices/],
  };
  for (const [name, [args, message]] of Object.entries(mistakes)) {
    test(`says what is wrong with ${name}`, async (t) => {
      const { code, out, err } = await ask(t, slices, args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, message);
    });
  }

  test('wants a Service', async () => {
    const { code, err } = await run(['ring']);
    assert.equal(code, 2);
    assert.match(err, /--service/);
  });
});
