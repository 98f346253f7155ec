import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fieldPredicate } from './fields.ts';
import { printCall, printPredicates, printRoute } from './print.ts';
import type { Filter } from './route.ts';
import { SharedCall } from './shared-call.ts';

suite('a call that many routes share', () => {
  const host = new SharedCall('Host', ['^a[.]org$'], true);
  const status = new SharedCall('status', [404]);

  test('prints as any other, each time', () => {
    const shared = { id: 'a', predicates: [host], filters: [status], backend: { type: 'shunt' } } as const;
    const predicates = [fieldPredicate('Host', '^a[.]org$')];
    const plain = { ...shared, predicates, filters: [{ name: 'status', args: [404] }] };
    for (const text of [printRoute(shared), printRoute(shared)]) assert.equal(text, printRoute(plain));
  });

  test('is printed once', () => {
    let printed = 0;
    const once = new SharedCall('status', [404]);
    const texts = [1, 2].map(() => once.printedBy(({ name }) => `${name}${++printed}`));
    assert.deepEqual(texts, ['status1', 'status1']);
  });

  test('has its list form beside that in a field', () => {
    assert.deepEqual([printPredicates([host]), printCall(host)], ['Host(/^a[.]org$/)', 'Host("^a[.]org$")']);
  });

  test('does not hand its text to a copy with other arguments', () => {
    assert.equal(printCall(status), 'status(404)');
    const filter: Filter = status;
    assert.equal(printCall({ ...filter, args: [502] }), 'status(502)');
  });
});
