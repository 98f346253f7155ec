import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { parseRoutes } from './parse.ts';
import { isRouteId } from './route-id.ts';

describe('isRouteId', () => {
  test('is true for just the texts that the parser takes for an id', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'Z', '_', '0', '9', '-', '.', 'é', ' '),
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, (id) => {
        const parsed = parseRoutes(`${id}: * -> <shunt>;`);
        assert.equal(isRouteId(id), parsed.ok && parsed.routes[0]?.id === id);
      }),
    );
  });

  test('is false for an empty text', () => {
    assert.ok(!isRouteId(''));
  });
});
