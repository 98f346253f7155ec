import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printEndpoint, readEndpoint } from './endpoint.ts';
import type { LbEndpoint } from './route.ts';

// Every expectation in this file is what Skipper made of the same endpoint.

describe('readEndpoint', () => {
  const taken: Record<string, readonly [text: string, scheme: string, endpoint: LbEndpoint]> = {
    'an address and port': ['http://10.0.0.1:8080', 'http', { address: 'http://10.0.0.1:8080' }],
    'a path': ['https://a.example.org/b/c', 'https', { address: 'https://a.example.org/b/c' }],
    'a zone': ['http://10.0.0.1:80?zone=eu-1a', 'http', { address: 'http://10.0.0.1:80', zone: 'eu-1a' }],
    'an empty zone as part of the address': ['http://a?zone=', 'http', { address: 'http://a?zone=' }],
    'a zone among other parameters, which are then sorted': [
      'http://a/p?zone=x%20y&b=1&a=2',
      'http',
      { address: 'http://a/p?a=2&b=1', zone: 'x y' },
    ],
    'the first of two zones': ['http://a?zone=x&zone=y', 'http', { address: 'http://a', zone: 'x' }],
    'a zone with a plus for a blank': ['http://a?zone=x+y', 'http', { address: 'http://a', zone: 'x y' }],
    'a zone beyond ASCII': ['http://a?zone=%C3%BC', 'http', { address: 'http://a', zone: 'ü' }],
    'a query without a zone as it stands': ['http://a?b=2&a=1', 'http', { address: 'http://a?b=2&a=1' }],
    'a zone that cannot be decoded as part of the address': [
      'http://a?zone=%zz',
      'http',
      { address: 'http://a?zone=%zz' },
    ],
    'a zone that is named with an escape': ['http://a?z%6Fne=z', 'http', { address: 'http://a', zone: 'z' }],
    'no parameter with a semicolon': ['http://a?b=1;c&zone=z', 'http', { address: 'http://a', zone: 'z' }],
    'a scheme in capitals, in small letters where there is a zone': [
      'HTTP://a?zone=z',
      'http',
      { address: 'http://a', zone: 'z' },
    ],
    'a scheme in capitals as it stands where there is none': ['HTTP://a', 'http', { address: 'HTTP://a' }],
    'user and password': ['http://u:p%40@h/?zone=z', 'http', { address: 'http://u:p%40@h/', zone: 'z' }],
    'a host beyond ASCII, escaped where there is a zone': [
      'http://é/ü?zone=z',
      'http',
      { address: 'http://%C3%A9/%C3%BC', zone: 'z' },
    ],
    'a path that is a valid encoding as it stands': [
      'http://a/%2f!?zone=z',
      'http',
      { address: 'http://a/%2f!', zone: 'z' },
    ],
    'a path that is none, encoded anew': ['http://a/%2f ?zone=z', 'http', { address: 'http://a//%20', zone: 'z' }],
    'an IPv6 address': ['http://[::1]:80?zone=z', 'http', { address: 'http://[::1]:80', zone: 'z' }],
    'an IPv6 address with a zone of its own': [
      'http://[fe80::1%25e%20n]:1?zone=z',
      'http',
      { address: 'http://[fe80::1%25e%20n]:1', zone: 'z' },
    ],
    'no slash behind the scheme': ['http:opaque?zone=z', 'http', { address: 'http:opaque', zone: 'z' }],
    'one slash behind the scheme': ['http:/x?zone=z', 'http', { address: 'http:/x', zone: 'z' }],
    'three slashes behind the scheme': ['http:///x?zone=z', 'http', { address: 'http:///x', zone: 'z' }],
    'a path alone': ['/x', '', { address: '/x' }],
    'a star': ['*', '', { address: '*' }],
    'an empty port': ['http://a:', 'http', { address: 'http://a:' }],
    'two colons in a host where the scheme is not HTTP': ['x://a:b:1', 'x', { address: 'x://a:b:1' }],
  };
  for (const [name, [text, scheme, endpoint]] of Object.entries(taken)) {
    test(`takes ${name}`, () => {
      assert.deepEqual(readEndpoint(text), { ok: true, scheme, endpoint });
    });
  }

  const refused: Record<string, readonly [text: string, problem: string]> = {
    'an empty text': ['', 'it is empty'],
    'a host without a scheme': ['a.example.org', 'it begins with neither a scheme such as http:// nor a slash'],
    'a colon at the start': ['://a', 'it has no scheme before the colon'],
    'a control character': ['http://a\n', 'it has a control character'],
    'a port that is no number': ['http://a:x', 'its port is not a number'],
    'two ports': ['http://a:1:2', 'its port is not a number'],
    'a blank in the host': ['http://a b', 'its host has the character " "'],
    'an escaped letter in the host': ['http://%41', 'its host has a % that encodes an ASCII character'],
    'a lone percent sign in the path': ['http://a/%', 'its path has a % without two hexadecimal digits'],
    'a blank in the user': ['http://u x@a', 'its user name or password has a character that must be escaped'],
    'a lone percent sign in the password': [
      'http://u:%@a',
      'its user name or password has a character that must be escaped',
    ],
    'a bracket without an end': ['http://[::1', 'its host has a bracket that is not part of [IPv6 address]:port'],
    'text before a bracket': ['http://a[::1]', 'its host has a bracket that is not part of [IPv6 address]:port'],
    'an IPv4 address in brackets': ['http://[1.2.3.4]', 'the address in its brackets is not an IPv6 address'],
    'an IPv6 address with two gaps': ['http://[1::2::3]', 'the address in its brackets is not an IPv6 address'],
    'an empty zone of an address': [
      'http://[::1%25]',
      'its IPv6 zone is empty or has a character that must be escaped',
    ],
  };
  for (const [name, [text, problem]] of Object.entries(refused)) {
    test(`refuses ${name}`, () => {
      assert.deepEqual(readEndpoint(text), { ok: false, problem: `the endpoint is not a URL: ${problem}` });
    });
  }
});

describe('printEndpoint', () => {
  const endpoints: readonly (readonly [endpoint: LbEndpoint, text: string])[] = [
    [{ address: 'http://a:1' }, 'http://a:1'],
    [{ address: 'http://a:1', zone: 'eu-1a' }, 'http://a:1?zone=eu-1a'],
    [{ address: 'http://a', zone: 'a b/ü' }, 'http://a?zone=a+b%2F%C3%BC'],
    [{ address: 'http://a?b=1', zone: 'z' }, 'http://a?b=1&zone=z'],
    [{ address: 'http://a#f', zone: 'z' }, 'http://a?zone=z#f'],
  ];
  for (const [endpoint, text] of endpoints) {
    test(`prints ${text}, which reads back as the same endpoint`, () => {
      assert.equal(printEndpoint(endpoint), text);
      assert.deepEqual(readEndpoint(text), { ok: true, scheme: 'http', endpoint });
    });
  }
});
