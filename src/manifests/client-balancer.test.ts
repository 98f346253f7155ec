import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ClientBalancerSpec, RouteServerConfig } from '../api/index.ts';
import { aConfig as anyConfig } from './builder.test-support.ts';
import { desiredClientBalancer } from './client-balancer.ts';

const aConfig = (clientBalancer?: ClientBalancerSpec): RouteServerConfig => {
  const { spec, ...rest } = anyConfig();
  return { ...rest, spec: { ...spec, ...(clientBalancer === undefined ? {} : { clientBalancer }) } };
};

describe('the toggles of the client balancer', () => {
  test('are one file in a ConfigMap that the config owns', () => {
    const config = aConfig({ percentage: 10, fallback: true, enabled: true });
    const made = desiredClientBalancer(config);
    assert.deepEqual(made?.['data'], {
      'client-balancer.json': '{\n  "enabled": true,\n  "fallback": true,\n  "percentage": 10\n}\n',
    });
    assert.equal(made.metadata.name, `${config.metadata.name}-client-balancer`);
    const [owner] = made.metadata['ownerReferences'] as readonly { readonly uid: string }[];
    assert.equal(owner?.uid, config.metadata.uid);
  });

  test('are in the ConfigMap that the spec names, and do not tell its name', () => {
    const made = desiredClientBalancer(
      aConfig({ enabled: false, percentage: 0, fallback: true, configMapName: 'toggles' }),
    );
    assert.equal(made?.metadata.name, 'toggles');
    assert.doesNotMatch(JSON.stringify(made['data']), /configMapName/);
  });

  test('are nowhere when the spec has none', () => {
    assert.equal(desiredClientBalancer(aConfig()), undefined);
  });
});
