/** What our client reads of a real API server's protobuf is what it reads of its JSON. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { KubeError, kinds, messages } from '../../../src/kube/index.ts';
import type { KubeObject } from '../../../src/kube/index.ts';
import { sourceKinds } from '../../../src/routeserver/source/kinds.ts';
import { breakGround } from './ground.ts';
import type { Ground } from './ground.ts';

/** Not the default one, where the API server itself writes a Service, Endpoints and a slice whenever it likes. */
const namespace = 'both-ways';
const backend = (port: object) => ({ service: { name: 'web', port } });
const labels = { app: 'web', 'kubernetes.io/service-name': 'web' };
const metadata = (name: string) => ({
  namespace,
  name,
  labels,
  annotations: { 'zalando.org/ratelimit': '20/s – grün' },
});

/** With and without all fields that are read, named and numbered ports, negative numbers as far as they are allowed. */
const objects = {
  Ingress: [
    {
      metadata: metadata('full'),
      spec: {
        ingressClassName: 'skipper',
        defaultBackend: backend({ number: 80 }),
        tls: [{ hosts: ['a.org', 'b.org'], secretName: 'cert' }, { secretName: 'other' }],
        rules: [
          { host: 'a.org', http: { paths: [{ path: '/a', pathType: 'Exact', backend: backend({ name: 'http' }) }] } },
          { host: 'b.org' },
          { http: { paths: [{ pathType: 'ImplementationSpecific', backend: backend({ number: 8080 }) }] } },
        ],
      },
    },
    { metadata: { namespace, name: 'bare' }, spec: { defaultBackend: backend({ number: 1 }) } },
  ],
  Service: [
    { metadata: metadata('named'), spec: { clusterIP: 'None', ports: [{ name: 'a', port: 80, targetPort: 'http' }] } },
    { metadata: metadata('plain'), spec: { clusterIP: 'None', ports: [{ port: 80, targetPort: 65_535 }] } },
    { metadata: metadata('far'), spec: { type: 'ExternalName', externalName: 'a.example.org' } },
  ],
  Endpoints: [
    {
      metadata: metadata('both'),
      subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [{ name: 'http', port: 8080 }] }],
    },
    { metadata: metadata('none') },
  ],
  EndpointSlice: [
    {
      metadata: metadata('full'),
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP', appProtocol: 'h2c' }, { port: 1 }],
      endpoints: [
        { addresses: ['10.0.0.1', '10.0.0.9'], zone: 'a', conditions: { ready: true, terminating: false } },
        { addresses: ['10.0.0.2'], conditions: { ready: false, serving: true, terminating: true } },
        { addresses: ['10.0.0.3'] },
      ],
    },
    { metadata: metadata('empty'), addressType: 'IPv4', ports: [], endpoints: [] },
    { metadata: metadata('null'), addressType: 'IPv4', ports: null, endpoints: null },
  ],
};

describe('a list in protobuf', () => {
  let ground: Ground;
  before(async () => {
    ground = await breakGround('protobuf');
    // When it begins it deletes Endpoints without a Service, perhaps between two lists.
    await ground.cluster.program('kube-controller-manager').crash();
    await ground.client.create(kinds.Namespace, { metadata: { name: namespace } });
  });
  after(() => ground.stop());

  for (const { kind, message, decode } of Object.values(sourceKinds)) {
    if (message === undefined) continue;
    test(`of kind ${kind.kind} says what the list in JSON says`, async () => {
      const { client } = ground;
      for (const object of objects[kind.kind as keyof typeof objects]) await client.create(kind, object);
      const inJson = await client.list(kind, { namespace });
      const inProtobuf = await client.list(kind, { namespace, message, pageSize: 1 });
      assert.equal(inProtobuf.items.length, objects[kind.kind as keyof typeof objects].length);
      const read = (items: readonly KubeObject[]) =>
        items.map((item) => ({ version: item.metadata.resourceVersion, uid: item.metadata.uid, object: decode(item) }));
      assert.deepEqual(read(inProtobuf.items), read(inJson.items));
      // Not the same one: the version of a list grows with any write in the cluster.
      assert.match(inProtobuf.resourceVersion, /^\d+$/);
      // Else both would have been JSON.
      assert.ok(inProtobuf.items.every(({ metadata: { creationTimestamp } }) => creationTimestamp === undefined));
    });
  }

  test('that is refused says why, as in JSON', async () => {
    const wrong = { message: messages.Service, fieldSelector: 'spec.nothing=1' };
    const refused: unknown = await ground.client.list(kinds.Service, wrong).catch((error: unknown) => error);
    assert.ok(refused instanceof KubeError);
    assert.deepEqual([refused.status, refused.reason], [400, 'BadRequest']);
    assert.match(refused.message, /field label not supported: spec\.nothing/);
  });
});
