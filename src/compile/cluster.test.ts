import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ObjectRef } from '../api/index.ts';
import { anIngress, aRouteGroup, aService, clusterOf } from '../../test/harness/fixtures/builders.ts';
import { indexCluster, recordingLookup } from './cluster.ts';
import { compileContext } from './context.ts';
import { compileIngress } from './ingress/compile-ingress.ts';
import { defaultCompileOptions, type CompileOptions } from './options.ts';
import { compileRouteGroup } from './route-group/compile-route-group.ts';
import { serviceAddresses } from './service-addresses.ts';

suite('the index', () => {
  test('gives slices in the order of their names, whatever the order of the list', () => {
    const slice = (name: string) =>
      `{ kind: EndpointSlice, metadata: { name: ${name}, namespace: shop, labels: { kubernetes.io/service-name: cart } } }`;
    const lookup = indexCluster(clusterOf([slice('cart-b'), slice('cart-c'), slice('cart-a')].join('\n---\n')));
    const names = lookup.endpointSlices('shop', 'cart').map(({ name }) => name);
    assert.deepEqual(names, ['cart-a', 'cart-b', 'cart-c']);
  });

  test('finds a Service by name within its namespace only', () => {
    const lookup = indexCluster(clusterOf(aService('cart', '10.0.0.1')));
    assert.equal(lookup.service('shop', 'cart')?.name, 'cart');
    assert.equal(lookup.service('other', 'cart'), undefined);
  });
});

suite('compiling one object reports what it reads', () => {
  const state = clusterOf(
    aService('cart', '10.0.0.1'),
    anIngress('web', 'a.org', 'cart'),
    anIngress('lost', 'b.org', 'nowhere'),
    aRouteGroup('group', 'c.org', 'cart'),
  );

  function readsOf(index: number, options: Partial<CompileOptions> = {}): readonly string[] {
    const reads: ObjectRef[] = [];
    const lookup = recordingLookup(indexCluster(state), (read) => reads.push(read));
    const context = compileContext({ ...defaultCompileOptions, ...options }, lookup);
    const [ingress, group] = [state.ingresses[index], state.routeGroups[0]];
    if (ingress !== undefined) compileIngress(ingress, context);
    else if (group !== undefined) compileRouteGroup(group, context);
    return reads.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  }

  const cases = {
    'an Ingress reads its Service and the Endpoints': {
      reads: readsOf(0),
      want: ['Service shop/cart', 'Endpoints shop/cart'],
    },
    'or the slices, where those are used': {
      reads: readsOf(0, { endpointSlices: true }),
      want: ['Service shop/cart', 'EndpointSlice shop/cart'],
    },
    'but no endpoints, where requests go to the Service': {
      reads: readsOf(0, { forceService: true }),
      want: ['Service shop/cart'],
    },
    'a Service that is not there is read as well': { reads: readsOf(1), want: ['Service shop/nowhere'] },
    'a RouteGroup reads the same': { reads: readsOf(2), want: ['Service shop/cart', 'Endpoints shop/cart'] },
  };
  for (const [name, { reads, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(reads, want);
    });
  }
});

suite('addresses of a Service for the shards of a swarm', () => {
  const lookup = indexCluster(clusterOf(aService('redis', '10.0.0.2', '10.0.0.1')));
  for (const endpointSlices of [false, true]) {
    test(`are sorted, from ${endpointSlices ? 'slices' : 'Endpoints'}`, () => {
      const found = serviceAddresses(lookup, endpointSlices, { namespace: 'shop', name: 'redis' });
      assert.deepEqual(found, ['10.0.0.1', '10.0.0.2']);
      assert.deepEqual(serviceAddresses(lookup, endpointSlices, { namespace: 'shop', name: 'none' }), []);
    });
  }
});
