import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { printNumber } from './numbers.ts';

describe('printNumber', () => {
  const cases: readonly (readonly [value: number, text: string])[] = [
    [0, '0'],
    [-0, '-0'],
    [200, '200'],
    [-1, '-1'],
    [0.3, '0.3'],
    [-12.75, '-12.75'],
    [0.000001, '0.000001'],
    [1e-7, '0.0000001'],
    [-1.25e-9, '-0.00000000125'],
    [2 ** 53, '9007199254740992'],
    [1e21, '1000000000000000000000'],
    [Number('12345678901234567890123'), '12345678901234567741440'],
  ];
  for (const [value, text] of cases) {
    test(`prints ${text}`, () => {
      assert.equal(printNumber(value), text);
    });
  }

  test('prints infinity as more than a number can hold', () => {
    assert.equal(Number(printNumber(Infinity)), Infinity);
    assert.equal(Number(printNumber(-Infinity)), -Infinity);
  });

  test('prints digits only, which read back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const text = printNumber(value);
        return /^-?\d+(\.\d+)?$/.test(text) && Object.is(Number(text), value);
      }),
    );
  });
});
