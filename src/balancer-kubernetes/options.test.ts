import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { testRefused, type Refused } from '../../test/support/options.ts';
import { ConfigMapToggles } from './config-map-toggles.ts';
import { EndpointSliceWatcher } from './endpoint-slice-watcher.ts';

suite('options of what watches a cluster', () => {
  const target = { update: () => ({ added: [], removed: [], keptLast: false }) };
  const watcher = { namespace: 'a', service: 'b', target, kubeconfig: '/nowhere' };
  /** Options are looked at before the cluster is. */
  const made = (options: { readonly configMap?: string }): object =>
    options.configMap !== undefined
      ? new ConfigMapToggles({ namespace: 'a', kubeconfig: '/nowhere', ...options, configMap: options.configMap })
      : new EndpointSliceWatcher({ ...watcher, ...options });
  const refused: Refused<{ readonly configMap?: string; readonly [option: string]: unknown }> = [
    [{ namespace: '' }, 'namespace of the EndpointSlice watcher must be a text that is not empty'],
    [{ service: undefined }, 'service of the EndpointSlice watcher must be a text that is not empty, but is undefined'],
    [{ debounceMs: -1 }, 'debounceMs of the EndpointSlice watcher must be a number, and at least 0, but is -1'],
    [{ port: 0 }, 'port of the EndpointSlice watcher must be a number, and at least 1, but is 0'],
    [{ port: 65_536 }, 'port of the EndpointSlice watcher must be at most 65535, but is 65536'],
    [{ port: '' }, 'port of the EndpointSlice watcher must be a text that is not empty'],
    [{ scheme: 'ftp' }, 'scheme of the EndpointSlice watcher must be one of http, https, h2c, but is ftp'],
    [{ configMap: '' }, 'configMap of the ConfigMap toggles must be a text that is not empty'],
    [{ configMap: 'b', namespace: '' }, 'namespace of the ConfigMap toggles must be a text that is not empty'],
  ];
  testRefused(made, refused);

  test('that are right get as far as the kubeconfig', () => {
    for (const options of [{ debounceMs: 0, port: 65_535, scheme: 'h2c' }, { configMap: 'b' }])
      assert.throws(() => made(options), /nowhere/);
  });
});
