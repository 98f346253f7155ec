/** What is read of protobuf at once is what the decoders make of the same object's JSON. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../../../test/support/properties.ts';
import { isDecodeProblem } from '../../../api/index.ts';
import type { KubeObject } from '../../../kube/index.ts';
import { messages } from '../../../kube/index.ts';
import { objectOf } from '../../../../test/support/protobuf-objects.ts';
import { envelope, listIn, listOf } from '../../../kube/protobuf/encode.test-support.ts';
import type { Message } from '../../../kube/protobuf/message.ts';
import { WireError } from '../../../kube/protobuf/wire.ts';
import { sourceKinds, type SourceKind } from '../kinds.ts';
import { QuickObject } from './metadata.ts';

const quickKinds: readonly (SourceKind & { readonly description: Message })[] = [
  { ...sourceKinds.ingresses, description: messages.Ingress },
  { ...sourceKinds.services, description: messages.Service },
  { ...sourceKinds.endpointSlices, description: messages.EndpointSlice },
];

/** The objects of a list, read with `message`. */
function itemsOf(objects: readonly object[], description: Message, message: Message): readonly KubeObject[] {
  const bytes = envelope({ metadata: { resourceVersion: '1' }, items: objects }, listOf(description));
  return listIn(bytes, message).items as readonly KubeObject[];
}

/** What lists take from an object beside what its decoder makes of it. */
function told({ metadata }: Partial<KubeObject>): readonly (string | undefined)[] {
  return [metadata?.name, metadata?.namespace ?? '', metadata?.uid ?? '', metadata?.resourceVersion ?? ''];
}

const named = { metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7' } };
const lastApplied = { 'kubectl.kubernetes.io/last-applied-configuration': 'long', 'zalando.org/ratelimit': '20/s' };

/** Objects that differ in what the decoders take care of. */
const special: Readonly<Record<string, readonly object[]>> = {
  Ingress: [
    { metadata: { ...named.metadata, annotations: lastApplied, labels: { app: 'web' } } },
    { ...named, spec: { rules: [{ host: 'a.org' }, { http: {} }, { http: { paths: [{ backend: {} }] } }], tls: [{}] } },
    { ...named, spec: { defaultBackend: { service: { name: 'web', port: { name: 'http' } } } } },
  ],
  Service: [
    named,
    { spec: {} },
    { metadata: { name: 'web' }, spec: { ports: [{ port: 80, targetPort: 'http' }, { targetPort: -1 }, {}] } },
  ],
  EndpointSlice: [
    named,
    { metadata: { ...named.metadata, labels: { 'kubernetes.io/service-name': 'web', other: 'x' } }, ports: [{}] },
    { ...named, endpoints: [{}, { addresses: ['a', 'b'] }, { addresses: ['c'], conditions: { terminating: true } }] },
  ],
};

for (const { kind, decode, message, description } of quickKinds) {
  describe(`a list of ${kind.plural}`, () => {
    assert.ok(message !== undefined);
    const compare = (objects: readonly object[]): void => {
      const generic = itemsOf(objects, description, description);
      const quick = itemsOf(objects, description, message);
      assert.deepEqual(
        quick.map((item) => decode(item)),
        generic.map((item) => decode(item)),
      );
      assert.deepEqual(quick.map(told), generic.map(told));
    };

    test('says what its JSON says, whatever is in it', () => {
      fc.assert(fc.property(fc.array(objectOf(description), { minLength: 1, maxLength: 3 }), compare));
    });

    test('says what its JSON says where fields are missing or not kept', () => {
      compare(special[kind.kind] ?? []);
    });

    test('is read at once where its objects can be decoded', () => {
      const objects = special[kind.kind] ?? [];
      const items = itemsOf(objects, description, message);
      const isQuick = items.map((item) => item instanceof QuickObject);
      assert.deepEqual(
        isQuick,
        itemsOf(objects, description, description).map((item) => !isDecodeProblem(decode(item))),
      );
    });

    test('is refused where a message is longer than it says', () => {
      const bytes = envelope({ items: [{ metadata: { name: 'web' } }] }, listOf(description));
      const at = bytes.indexOf('web');
      // The name is said to reach beyond its metadata.
      bytes[at - 1] = 4;
      assert.throws(() => listIn(bytes, message), WireError);
    });
  });
}
