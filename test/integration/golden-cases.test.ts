/** Our golden cases are Skipper's, too: its own runner passes all but those that it cannot know, which are named here. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { findCases, type FixtureCase } from '../harness/fixtures/case.ts';
import { skipperVerdict } from '../oracle/oracle.ts';

const golden = join(import.meta.dirname, '../golden');

/** By why they cannot be asked about. */
const notSkippers: Readonly<Record<string, readonly string[]>> = {
  'an option that Skipper has as a flag only': [
    ...['default-filters/flags', 'health/behind-load-balancer', 'health/plain', 'path-modes/annotation'],
    ...['path-modes/path-prefix', 'path-modes/path-regexp', 'route-changes/edit-and-clone'],
  ],
  'zones, which its runner takes away': ['load-balancing/algorithms', 'zones/enough-in-zone', 'zones/too-few-in-zone'],
  'a departure of ours (docs/guide/parity.md)': [
    ...['departures/custom-route-of-three-predicates', 'departures/empty-protocol-of-another-ingress'],
    ...['departures/ports-with-one-target', 'departures/protocol-of-another-group', 'external-names/quote'],
    ...['odd-objects/crash-the-original', 'odd-objects/same-id', 'odd-objects/wrong-types'],
    'unreadable-routes/two-paths',
  ],
};

const nameOf = ({ folder, name }: FixtureCase): string => `${basename(folder)}/${name}`;
const cases = findCases(golden);
const temporary = mkdtempSync(join(tmpdir(), 'golden-'));

after(() => {
  rmSync(temporary, { recursive: true, force: true });
});

function copy({ folder, yaml, kube, eskip, defaultFilters }: FixtureCase): void {
  for (const path of [yaml, kube, eskip, defaultFilters]) {
    if (path !== undefined) cpSync(path, join(temporary, basename(folder), basename(path)), { recursive: true });
  }
}

test("Skipper's own runner passes our golden cases", async () => {
  const left = new Set(Object.values(notSkippers).flat());
  const asked = cases.filter((fixture) => !left.has(nameOf(fixture)));
  for (const fixture of asked) copy(fixture);
  const folders = new Set(asked.map(({ folder }) => join(temporary, basename(folder))));
  assert.equal(await skipperVerdict([...folders]), undefined);
  assert.ok(asked.length > 50, `${asked.length} cases`);
});

test('what is left out is there', () => {
  const names = new Set(cases.map(nameOf));
  const gone = Object.values(notSkippers)
    .flat()
    .filter((name) => !names.has(name));
  assert.deepEqual(gone, []);
});
