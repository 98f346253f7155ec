import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { canonicalIp } from './client-address.ts';
import { keyRule } from './key-template.ts';
import type { KeyRequest } from './key-template.ts';

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly remoteAddress?: string;
}
const request = ({ headers = {}, target = '/', remoteAddress = '10.0.0.9:4711' }: Sent): KeyRequest => ({
  method: 'GET',
  host: 'shop.example.org',
  target,
  header: (name) => headers[name],
  remoteAddress,
});

suite('the key without a template is the address of the client', () => {
  const cases: Record<string, readonly [Sent, key: string]> = {
    'from the connection': [{}, '10.0.0.9'],
    'from the first entry of X-Forwarded-For': [
      { headers: { 'x-forwarded-for': '192.168.0.1, 10.1.1.1' } },
      '192.168.0.1',
    ],
    'without the port of that entry': [{ headers: { 'x-forwarded-for': '192.168.0.1:80' } }, '192.168.0.1'],
    'from the connection when that entry is no address': [
      { headers: { 'x-forwarded-for': 'unknown, 10.1.1.1' } },
      '10.0.0.9',
    ],
    'from the connection when that entry is empty': [{ headers: { 'x-forwarded-for': ', 10.1.1.1' } }, '10.0.0.9'],
    'as IPv6 in its short form': [{ headers: { 'x-forwarded-for': '2001:DB8:0:0:0:0:0:1' } }, '2001:db8::1'],
    'as IPv6 without brackets': [{ remoteAddress: '[2001:db8::1]:4711' }, '2001:db8::1'],
    'as IPv4 where IPv6 maps it': [{ remoteAddress: '[::ffff:10.1.2.3]:80' }, '10.1.2.3'],
    'or <nil> when there is none': [{ remoteAddress: '@' }, '<nil>'],
  };
  for (const [name, [sent, key]] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(keyRule().keyOf(request(sent)), key);
    });
  }
});

suite('the key of a template', () => {
  const cases: Record<string, readonly [template: string, Sent, key: string]> = {
    'is its own text without placeholders': ['all', {}, 'all'],
    'holds a header': ['${request.header.X-Customer}', { headers: { 'x-customer': '47' } }, '47'],
    'holds several things': [
      '${request.method}-${request.host}${request.path}?${request.rawQuery}',
      { target: '/a%20b?x=1&y' },
      'GET-shop.example.org/a b?x=1&y',
    ],
    'holds the bytes of a header as they are': ['${request.header.A}', { headers: { a: 'Ã¼' } }, 'Ã¼'],
    'holds its own text as UTF-8': ['ü${request.method}', {}, 'Ã¼GET'],
    'holds a query parameter, decoded': ['${request.query.q}', { target: '/?p=1&q=a+b%26%C3%BC&q=2' }, 'a b&Ã¼'],
    'leaves out broken query parameters': ['${request.query.q}', { target: '/?q=%zz&q=1;2&q=3' }, '3'],
    'holds a cookie': ['${request.cookie.id}', { headers: { cookie: 'a=b; id="x y"; id=z' } }, 'x y'],
    'leaves out a cookie with a forbidden byte': [
      '${request.cookie.id}',
      { headers: { cookie: 'id=a\\b; id=c' } },
      'c',
    ],
    'is the client when the first cookie has no value': [
      '${request.cookie.id}',
      { headers: { cookie: 'id; id=c' } },
      '10.0.0.9',
    ],
    'is the client when the cookie’s name is none': [
      '${request.cookie.a b}',
      { headers: { cookie: 'a b=c' } },
      '10.0.0.9',
    ],
    'takes no other byte for a space before a cookie': [
      '${request.cookie.id}',
      { headers: { cookie: '\u00a0id=a; id=b' } },
      'b',
    ],
    'holds a query parameter without a name': ['${request.query.}', { target: '/?a=1&=2' }, '2'],
    'is the client when a header has no name': ['${request.header.}', { headers: { '': 'a' } }, '10.0.0.9'],
    'holds the last source without the spaces of UTF-8 around it': [
      '${request.sourceFromLast}',
      { headers: { 'x-forwarded-for': '1.2.3.4,Â\u00a05.6.7.8â\u0080\u0080' } },
      '5.6.7.8',
    ],
    'holds the caller when half a space of UTF-8 is before the last source': [
      '${request.sourceFromLast}',
      { headers: { 'x-forwarded-for': '1.2.3.4,\u00a05.6.7.8' } },
      '10.0.0.9',
    ],
    'holds the first source': ['${request.source}', { headers: { 'x-forwarded-for': '1.2.3.4, 5.6.7.8' } }, '1.2.3.4'],
    'holds the last source': [
      '${request.sourceFromLast}',
      { headers: { 'x-forwarded-for': '1.2.3.4, 5.6.7.8' } },
      '5.6.7.8',
    ],
    'holds the caller': ['${request.clientIP}', { headers: { 'x-forwarded-for': '1.2.3.4' } }, '10.0.0.9'],
    'repeats what is written twice': ['${request.method}${request.method}', {}, 'GETGET'],
    'takes replacement patterns for text': ['${request.header.A}', { headers: { a: '$&$1' } }, '$&$1'],
    'is the client when a placeholder is empty': ['x-${request.header.X-Customer}', {}, '10.0.0.9'],
    'is the client when a placeholder is unknown': ['x-${toString}', {}, '10.0.0.9'],
    'does not know Host among the headers': ['${request.header.Host}', { headers: { host: 'a' } }, '10.0.0.9'],
  };
  for (const [name, [template, sent, key]] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(keyRule(template).keyOf(request(sent)), key);
    });
  }
});

suite('an address is read and printed as Go does', () => {
  const addresses: Record<string, string | undefined> = {
    '1.2.3.4': '1.2.3.4',
    '01.2.3.4': undefined,
    '1.2.3.256': undefined,
    '1.2.3': undefined,
    '::': '::',
    '::1': '::1',
    '1::': '1::',
    '1:0:0:2:0:0:0:3': '1:0:0:2::3',
    '1:0:0:2:0:0:3:4': '1::2:0:0:3:4',
    '1:0:2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
    '1::2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8::': undefined,
    '::1.2.3.4': '::102:304',
    '::ffff:1.2.3.4': '1.2.3.4',
    '::ffff:1.2.3': undefined,
    '1::2::3': undefined,
    '12345::': undefined,
    'fe80::1%eth0': undefined,
    'example.org': undefined,
  };
  for (const [text, want] of Object.entries(addresses)) {
    test(`${text} is ${want ?? 'no address'}`, () => {
      assert.equal(canonicalIp(text), want);
    });
  }
});
