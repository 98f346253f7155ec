/**
 * Gets a bundle under way; gives it of some packages only what our client of the API server uses (ADR 0078).
 *
 * undici's index loads fetch, WebSocket, mocks and caches; client-node's KubeConfig loads agents for proxies that only
 * its WebSockets go through. Together that is half a megabyte and 20 ms of each start. An import of something that is not
 * given here fails the build.
 */
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const checkout = resolve(import.meta.dirname, '..');
const namespace = 'only-what-is-used';

const contents: Readonly<Record<string, string>> = {
  // As its index has it, which makes requests methods of each dispatcher. fetch is what KubeConfig's API classes would take.
  undici: `
    import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
    import api from 'undici/lib/api/index.js';
    Object.assign(Dispatcher.prototype, api);
    export { default as Agent } from 'undici/lib/dispatcher/agent.js';
    export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
    export { default as Socks5ProxyAgent } from 'undici/lib/dispatcher/socks5-proxy-agent.js';
    ${missing('fetch')}`,
  hpagent: missing('HttpProxyAgent', 'HttpsProxyAgent'),
  socks: missing('SocksClient'),
  'socks-proxy-agent': missing('SocksProxyAgent'),
};

/** Exports that throw when they are called or constructed. */
function missing(...names: readonly string[]): string {
  return names
    .map((name) => `export function ${name}() { throw new Error('${name} is not in this program'); }`)
    .join('\n');
}

/** For the bundle of one program; others take the packages as they are. */
export const onlyWhatIsUsed: Plugin = {
  name: namespace,
  setup(bundle) {
    const filter = new RegExp(`^(${Object.keys(contents).join('|')})$`);
    bundle.onResolve({ filter }, ({ path }) => ({ path, namespace }));
    bundle.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: contents[path] ?? '',
      resolveDir: checkout,
    }));
  },
};
