import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { isRouteId } from '../eskip/index.ts';
import { hostPattern, isInDomains, joinHostPort } from './hosts.ts';
import { eastWestRouteId, ingressRouteId, redirectRouteId, routeGroupRouteId } from './ids.ts';

suite('route ids', () => {
  const group = { namespace: 'shop', name: 'web-1', subName: 'get', routeIndex: 2, backendIndex: 1, internal: false };
  const cases = {
    'of an Ingress have namespace, name, host, path and Service': {
      id: ingressRouteId({ namespace: 'a-b', name: 'c.d', host: 'e.org', path: '/f', backend: 'g' }),
      want: 'kube_a_b__c_d__e_org___f__g',
    },
    'of an Ingress keep the places of parts that are not there': {
      id: ingressRouteId({ namespace: 'shop', name: 'web' }),
      want: 'kube_shop__web______',
    },
    'of an Ingress replace a character by one underscore': {
      id: ingressRouteId({ namespace: 'n', name: 'n', path: '/ä😀' }),
      want: 'kube_n__n_________',
    },
    'of a RouteGroup have indexes': { id: routeGroupRouteId(group), want: 'kube_rg__shop__web_1__get__2_1' },
    'of a RouteGroup say that they are internal': {
      id: routeGroupRouteId({ ...group, internal: true }),
      want: 'kube_rg__internal_shop__web_1__get__2_1',
    },
    'of a RouteGroup replace each byte': {
      id: routeGroupRouteId({ ...group, subName: 'ä' }),
      want: 'kube_rg__shop__web_1______2_1',
    },
    'of an east-west twin have a prefix of their own': { id: eastWestRouteId('kube_a__b'), want: 'kubeew_a__b' },
    'of a redirect end in it': { id: redirectRouteId('kube_a', true), want: 'kube_a_https_redirect' },
    'of no redirect end in that': { id: redirectRouteId('kube_a', false), want: 'kube_a_disable_https_redirect' },
  };
  for (const [name, { id, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(id, want);
    });
  }

  test('are readable whatever the names are', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, (namespace, name, host) => {
        assert.ok(isRouteId(ingressRouteId({ namespace, name, host })));
        const id = { namespace, name, subName: host, routeIndex: 0, backendIndex: 0, internal: false };
        assert.ok(isRouteId(routeGroupRouteId(id)));
      }),
    );
  });
});

suite('host expressions', () => {
  test('match the host with a final dot and a port, and no other host', () => {
    const pattern = new RegExp(hostPattern(['a.org', 'b.org']));
    const matched = ['a.org', 'a.org.', 'b.org:80', 'b.org.:443', 'axorg', 'x.a.org', 'a.org:', 'c.org'].filter(
      (host) => pattern.test(host),
    );
    assert.deepEqual(matched, ['a.org', 'a.org.', 'b.org:80', 'b.org.:443']);
  });

  test('are empty without hosts, and match the empty host where that is asked for', () => {
    assert.equal(hostPattern([]), '');
    assert.equal(hostPattern(['']), '^([.]?(:[0-9]+)?)$');
  });

  test('a host lies in a domain by the end of its name', () => {
    assert.ok(isInDomains('a.in.org', ['x.org', 'in.org']));
    assert.ok(!isInDomains('a.org', ['in.org']));
  });

  test('only IPv6 addresses get brackets', () => {
    assert.deepEqual([joinHostPort('10.0.0.1', 80), joinHostPort('fd00::1', 80)], ['10.0.0.1:80', '[fd00::1]:80']);
  });
});
