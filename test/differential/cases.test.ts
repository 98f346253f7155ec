import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { findCases } from '../harness/fixtures/case.ts';
import { checkCase } from '../harness/fixtures/run-case.ts';
import { keepCase, keptCases } from './cases.ts';

suite('a case in which the tables differed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const backend = { service: { name: 'cart', port: { number: 80 } } };
  const spec = { rules: [{ host: 'a.org', http: { paths: [{ path: '/x', backend }] } }] };
  const objects = [
    { kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { ports: [{ port: 80, targetPort: 80 }] } },
    { kind: 'Ingress', metadata: { name: 'on', namespace: 'shop' }, spec },
    { kind: 'Ingress', metadata: { name: 'on', namespace: 'other' }, spec },
  ];
  const flags = {
    args: [
      '-kubernetes-namespace=shop',
      '-kubernetes-https-redirect=false',
      '-kubernetes-healthcheck=false',
      '-kubernetes-disable-catchall-routes',
    ],
    defaultFilters: { 'cart.shop': 'standard()' },
  };
  const route = 'kube_shop__on__a_org___x__cart: Host("^(a[.]org[.]?(:[0-9]+)?)$") && PathRegexp("^(/x)")';
  const theirTable = `${route} -> standard() -> <shunt>;\nkube_rg__shop__marker__all__0_0: Host("marker") -> <shunt>;`;
  const path = keepCase({ seed: 7, flags, objects, differences: ['- a', '+ b'], theirTable }, folder);

  test('is kept under its seed, and read again as it was', () => {
    assert.equal(path, join(folder, 'seed-7'));
    assert.deepEqual(keptCases(folder), [{ name: 'seed-7', title: '- a', flags, objects }]);
  });

  test('is a case for npm run fixtures: its flags count, and the table without markers is what is expected', () => {
    const [fixture] = findCases(folder);
    assert.ok(fixture);
    const [theirs, ours, ...more] = checkCase(fixture);
    assert.match(theirs ?? '', /^- kube_shop__on__a_org___x__cart: .* -> standard\(\) -> <shunt>;$/);
    assert.match(ours ?? '', /^\+ kube_shop__on__a_org___x__cart: .* -> standard\(\) -> status\(502\)/);
    assert.deepEqual(more, []);
  });
});
