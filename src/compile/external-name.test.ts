import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isAddressAllowed, isHostName, isNameAllowed, schemeOfTarget } from './external-name.ts';
import { balanced, effectiveDefaultAlgorithm, isKnownAlgorithm, userEndpoint } from './load-balancing.ts';

suite('addresses outside the cluster', () => {
  const allowed = [/[.]example[.]org$/];
  const cases = {
    'are judged by the name of the host': { address: 'https://a.example.org:8443', want: true },
    'not by what stands before it': { address: 'https://a.example.org@evil.org', want: false },
    'nor by their path': { address: 'https://evil.org/a.example.org', want: false },
    'cannot be judged when they are no URL': { address: 'http://a b', want: false },
  };
  for (const [name, { address, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(isAddressAllowed(address, allowed), want);
    });
  }

  test('are all allowed without a list, and none with an empty one', () => {
    assert.deepEqual([isNameAllowed('evil.org', undefined), isNameAllowed('a.org', [])], [true, false]);
    assert.ok(isAddressAllowed('https://evil.org', undefined));
    assert.ok(!isAddressAllowed('http://a b', undefined));
  });

  test('are no hosts with what would end or break the text of a route', () => {
    assert.deepEqual(['a"b.org', 'a\\b', 'a b', 'a\nb'].map(isHostName), [false, false, false, false]);
    assert.deepEqual(['a.example.org', '10.9.0.1', '', 'ä_b'].map(isHostName), [true, true, true, true]);
  });

  test('are reached by HTTPS only at port 443', () => {
    assert.deepEqual([443, 80, 'https', undefined].map(schemeOfTarget), ['https', 'http', 'http', 'http']);
  });
});

suite('load balancing', () => {
  test('the zone of an endpoint is in its query, and no part of its address', () => {
    assert.deepEqual(userEndpoint('http://a:80?zone=north'), { address: 'http://a:80', zone: 'north' });
    assert.deepEqual(userEndpoint('http://a:80?b=1&zone=north'), { address: 'http://a:80?b=1', zone: 'north' });
    assert.deepEqual(userEndpoint('http://a:80?b=1'), { address: 'http://a:80?b=1' });
    assert.deepEqual(userEndpoint('a b'), { address: 'a b' });
  });

  test('an unknown default algorithm gives way to round robin', () => {
    assert.deepEqual(['random', 'fairest', ''].map(effectiveDefaultAlgorithm), ['random', 'roundRobin', 'roundRobin']);
    assert.deepEqual(['random', 'fairest', ''].map(isKnownAlgorithm), [true, false, true]);
  });

  test('a single endpoint is not balanced', () => {
    assert.deepEqual(balanced([{ address: 'http://a' }], 'random'), { type: 'network', address: 'http://a' });
    const two = [{ address: 'http://a' }, { address: 'http://b' }];
    assert.deepEqual(balanced(two, 'random'), { type: 'lb', algorithm: 'random', endpoints: two });
  });
});
