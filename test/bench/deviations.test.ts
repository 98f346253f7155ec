import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterObjects, ingress, rolledSlice } from './cluster-data.ts';
import type { BenchObject } from './cluster-data.ts';
import { deviations } from './deviations.ts';

const size = { ingresses: 3, routeGroups: 1 };

/** As a list has them: without kind and version, with what the server adds. */
function listed(objects: Iterable<BenchObject>) {
  return Array.from(objects, ({ kind: _kind, apiVersion: _version, ...rest }) => ({
    ...rest,
    metadata: { ...rest.metadata, uid: 'u', resourceVersion: '7', managedFields: [] },
    status: {},
  }));
}

function ofKind(kind: string): readonly BenchObject[] {
  return [...clusterObjects(size)].filter((object) => object.kind === kind);
}

test('a cluster as it was written, with all that the API server adds, deviates in nothing', () => {
  for (const kind of ['Service', 'EndpointSlice', 'Ingress', 'RouteGroup']) {
    const written = ofKind(kind);
    assert.ok(written.length > 0);
    assert.deepEqual(deviations(written, listed(written)), { putBack: [], strange: [] }, kind);
  }
});

test('what a run has edited or rolled is put back, what is missing too', () => {
  const [first, second, third] = ofKind('Ingress');
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.deepEqual(deviations([first, second, third], listed([ingress(0, 'other()'), second])).putBack, [first, third]);
  const slices = ofKind('EndpointSlice');
  assert.deepEqual(deviations(slices, listed([rolledSlice(0), ...slices.slice(1)])).putBack, slices.slice(0, 1));
});

test('a slice with one pod more than was written is put back', () => {
  const [slice] = ofKind('EndpointSlice');
  assert.ok(slice !== undefined && Array.isArray(slice['endpoints']));
  const grown = { ...slice, endpoints: [...(slice['endpoints'] as unknown[]), {}] };
  assert.deepEqual(deviations([slice], listed([grown])).putBack, [slice]);
});

test('what nobody wrote is strange', () => {
  const { strange } = deviations(ofKind('Ingress'), listed([...ofKind('Ingress'), ingress(99, 'compress()')]));
  assert.deepEqual(
    strange.map(({ metadata }) => metadata.name),
    ['app-99'],
  );
});
