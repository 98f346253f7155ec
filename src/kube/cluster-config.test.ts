/** Credentials and the connection pool. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CoreV1Api, HttpMethod, RequestContext } from '@kubernetes/client-node';
import { FaultyApi } from '../../test/harness/faulty-api/index.ts';
import { loadKubeConfig } from './cluster-config.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { KubeClient } from './kube-client.ts';
import { kinds } from './resource-kind.ts';

const folder = mkdtempSync(join(tmpdir(), 'cluster-config-'));
after(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Parts {
  readonly server?: string;
  readonly cluster?: string;
  readonly user?: string;
}
function kubeconfig({ server = 'https://127.0.0.1:1', cluster = '', user = 'token: sesame' }: Parts = {}): string {
  return `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${server}"${cluster}}}]
users: [{name: u, user: {${user}}}]
contexts: [{name: one, context: {cluster: c, user: u, namespace: here}}, {name: two, context: {cluster: gone, user: u}}, {name: three, context: {cluster: c, user: gone}}]
current-context: one
`;
}

async function dispatcherOf(config: ClusterConfig): Promise<unknown> {
  const context = new RequestContext('https://127.0.0.1:1/', HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  return context.getDispatcher();
}

describe('loadKubeConfig', () => {
  test('reads server, namespace and the context that was asked for', () => {
    const config = loadKubeConfig({ kubeconfig: file('good', kubeconfig()) });
    assert.deepEqual([config.server, config.namespace, config.currentContext], ['https://127.0.0.1:1', 'here', 'one']);
  });

  const mistakes: Record<string, { options: Parameters<typeof loadKubeConfig>[0]; message: RegExp }> = {
    'a file that is not there': {
      options: { kubeconfig: join(folder, 'none') },
      message: /none cannot be read \(ENOENT\); check --kubeconfig/,
    },
    'a file that is not YAML': {
      options: { kubeconfig: file('broken', 'users:\n  token: "sesame\n - [') },
      message: /broken is not valid YAML \(line \d+\)$/,
    },
    'a file of something else': { options: { kubeconfig: file('text', 'sesame') }, message: /holds no fields$/ },
    'a context that is not there': {
      options: { kubeconfig: file('a', kubeconfig()), context: 'four' },
      message: /context "four" is not in the kubeconfig; there are: one, two, three$/,
    },
    'a context without its cluster': {
      options: { kubeconfig: file('b', kubeconfig()), context: 'two' },
      message: /context two names cluster gone/,
    },
    'a context without its user, for which client-node would drop the CA': {
      options: { kubeconfig: file('c', kubeconfig()), context: 'three' },
      message: /context three names user gone/,
    },
  };
  for (const [name, { options, message }] of Object.entries(mistakes)) {
    test(`says what is wrong with ${name}, and no secret`, () => {
      assert.throws(
        () => loadKubeConfig(options),
        (error: Error) => message.test(error.message) && !/sesame/.test(String(error.stack)),
      );
    });
  }
});

describe('ClusterConfig', () => {
  test('trap 8, an agent per call: all calls get one dispatcher, typed clients of client-node too', async (t) => {
    const api = await FaultyApi.start();
    t.after(() => api.stop());
    const config = api.config();
    const core = config.makeApiClient(CoreV1Api);
    for (let n = 0; n < 20; n += 1) await core.listNamespace();
    await new KubeClient({ config, userAgent: 'tests' }).list(kinds.Namespace);
    // A second one may open while fetch still tidies up after the first.
    assert.ok(api.connectionsMade <= 2, `${api.connectionsMade} connections were made`);
  });

  test('trap 8, a CA that is rotated: the dispatcher is made anew when the file has changed, and only then', async () => {
    const ca = file('ca.crt', 'one');
    const config = loadKubeConfig({
      kubeconfig: file('rotating', kubeconfig({ cluster: `, certificate-authority: "${ca}"` })),
    });
    const first = await dispatcherOf(config);
    assert.equal(await dispatcherOf(config), first);
    file('ca.crt', 'two');
    const second = await dispatcherOf(config);
    assert.notEqual(second, first);
    assert.equal(await dispatcherOf(config), second);
    await config.close();
  });

  test('a token file of a kubeconfig, which client-node overlooks, is used, without its line break', async () => {
    const token = file('token', 'from-a-file\n');
    const config = loadKubeConfig({ kubeconfig: file('tokens', kubeconfig({ user: `tokenFile: "${token}"` })) });
    const context = new RequestContext('https://127.0.0.1:1/', HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    assert.equal(context.getHeaders()['Authorization'], 'Bearer from-a-file');
    await config.close();
  });

  test('credentials are not sent in clear to another machine, and the error says why', async () => {
    const config = loadKubeConfig({ kubeconfig: file('plain', kubeconfig({ server: 'http://192.0.2.1' })) });
    const client = new KubeClient({ config, userAgent: 'tests' });
    const message = /^list namespaces: the credentials of the kubeconfig cannot be used: HTTP protocol is not allowed/;
    await assert.rejects(client.list(kinds.Namespace), { reason: 'Credentials', message });
  });

  test('a token file that is missing for a moment is named, and tried again with the next call', async (t) => {
    const api = await FaultyApi.start();
    t.after(() => api.stop());
    const token = join(folder, 'late-token');
    const user = `tokenFile: "${token}"`;
    const config = loadKubeConfig({ kubeconfig: file('late', kubeconfig({ server: api.url, user })) });
    t.after(() => config.close());
    const client = new KubeClient({ config, userAgent: 'tests' });
    await assert.rejects(client.list(kinds.Namespace), { disposition: 'transient', message: /late-token/ });
    file('late-token', 'here');
    await client.list(kinds.Namespace);
    assert.equal(api.requests.at(-1)?.headers.authorization, 'Bearer here');
  });
});
