import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problemWithIpLiteral } from './ip-literal.ts';

describe('problemWithIpLiteral', () => {
  const right = [
    '[::]',
    '[::1]',
    '[::1]:8080',
    '[::1]:',
    '[1:2:3:4:5:6:7:8]',
    '[1:2:3:4:5:6:7::]',
    '[2001:DB8::a]',
    '[::ffff:1.2.3.4]',
    '[::1.2.3.4]',
    '[1:2:3:4:5:6:1.2.3.4]',
    '[fe80::1%25eth0]:80',
    '[fe80::1%25a%20b]',
    '[fe80::1%25%25]',
    '[fe80::1%25ü]',
    '[::1%25]b]',
  ];
  for (const host of right) {
    test(`finds nothing wrong with ${host}`, () => {
      assert.equal(problemWithIpLiteral(host), undefined);
    });
  }

  const address = /the address in its brackets is not an IPv6 address/;
  const bracket = /has a bracket that is not part of/;
  const zone = /its IPv6 zone is empty or has a character/;
  const wrong: readonly (readonly [host: string, problem: RegExp])[] = [
    ['[]', address],
    ['[1]', address],
    ['[12345::]', address],
    ['[1:2:3:4:5:6:7:8:9]', address],
    ['[1:2:3:4::5:6:7:8]', address],
    ['[1:2:3:4:5:6:7]', address],
    ['[:::]', address],
    ['[1::2:]', address],
    ['[1::2::3]', address],
    ['[::1.2.3]', address],
    ['[::1.2.3.256]', address],
    ['[::01.2.3.4]', address],
    ['[1.2.3.4]', address],
    ['[::1%eth0]', address],
    ['[::1]x', bracket],
    ['[::1]:x', bracket],
    ['[::1', bracket],
    ['a[::1]', bracket],
    ['[[::1]]', bracket],
    ['[::1%25]', zone],
    ['[::1%25a/b]', zone],
    ['[::1%25%C3]', zone],
    ['[::1%25%2F]', zone],
    ['[::1%25%]', zone],
  ];
  for (const [host, problem] of wrong) {
    test(`finds ${host} wrong`, () => {
      assert.match(problemWithIpLiteral(host) ?? '', problem);
    });
  }
});
