import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FaultyApi } from '../../test/harness/faulty-api/index.ts';
import { readTier } from './tier.ts';

let api: FaultyApi;
beforeEach(async () => {
  api = await FaultyApi.start();
});
afterEach(() => api.stop());

function configMap(data: object): void {
  api.collection('/api/v1/configmaps').put({ metadata: { namespace: 'kube-system', name: 'cluster' }, data });
}
const tier = (flag: string, of: string): Promise<string | undefined> => readTier(api.client(), flag, of);

describe('the tier', () => {
  test('is unknown when nobody tells it', async () => {
    assert.equal(await tier('', ''), undefined);
    assert.deepEqual(api.requests, []);
  });

  test('is what the flag says, and the ConfigMap is not asked', async () => {
    assert.equal(await tier('test', 'kube-system/cluster'), 'test');
    assert.deepEqual(api.requests, []);
  });

  test('is what the ConfigMap says when there is no flag', async () => {
    configMap({ tier: 'production' });
    assert.equal(await tier('', 'kube-system/cluster'), 'production');
  });

  test('is not made up when the ConfigMap is missing', async () => {
    await assert.rejects(tier('', 'kube-system/cluster'), {
      message: 'ConfigMap kube-system/cluster (--tier-config-map) does not exist: create it',
    });
  });

  test('is not made up when the ConfigMap has no tier', async () => {
    configMap({ name: 'a' });
    await assert.rejects(tier('', 'kube-system/cluster'), {
      message: 'ConfigMap kube-system/cluster (--tier-config-map): data.tier: expected a string, found nothing',
    });
  });

  test('is not made up when the API server fails', async () => {
    api.faults.add({}, { type: 'answer', status: 500 });
    await assert.rejects(tier('', 'kube-system/cluster'), { name: 'KubeError' });
  });
});
