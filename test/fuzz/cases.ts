/**
 * Gets a seed and a number; changes so many of Skipper's own cases, with annotations, repeated objects and options, and
 * has Skipper's own runner say whether what we make of them is right.
 */
import fc from 'fast-check';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { printRoutes, type Route } from '../../src/eskip/index.ts';
import { findCases, readText, type FixtureCase } from '../harness/fixtures/case.ts';
import { withoutZones } from '../harness/fixtures/compare.ts';
import { readManifests } from '../harness/fixtures/manifests.ts';
import { runCase } from '../harness/fixtures/run-case.ts';
import { skipperModule } from '../harness/scenario/route-group-crd.ts';
import { skipperVerdict } from '../oracle/oracle.ts';

type Json = Readonly<Record<string, unknown>>;

/** Neither of these depends on another object by a mistake of Skipper's, nor comes to a route that it cannot read. */
const annotations: Readonly<Record<string, readonly string[]>> = {
  'zalando.org/skipper-filter': ['setPath("/x") -> status(200)', 'ratelimit(20, "1m")', 'bad(', '', 'a("\\"")', '  '],
  'zalando.org/skipper-predicate': ['QueryParam("v")', 'Weight(50)', 'Traffic(.3)', 'bad(', 'True() && False()', ''],
  'zalando.org/skipper-routes': [
    'Method("OPTIONS") -> status(200) -> <shunt>',
    'r: Header("a", "b") -> <shunt>;',
    'bad',
  ],
  'zalando.org/skipper-ingress-path-mode': ['path-regexp', 'kubernetes-ingress', 'nonsense', ''],
  'zalando.org/skipper-ingress-redirect': ['true', 'false', 'True', ''],
  'zalando.org/skipper-ingress-redirect-code': ['301', '307', '200', 'abc', '', '302 ', '-1'],
  'zalando.org/skipper-loadbalancer': ['random', 'consistentHash', 'powerOfRandomNChoices', 'nonsense', ''],
  'zalando.org/skipper-backend': ['forward', 'nonsense', ''],
  'zalando.org/backend-weights': [
    '{"service1": 100}',
    '{"service1": 0}',
    '{"service1v1": 33.3}',
    'bad',
    '{}',
    'null',
    '',
  ],
  'zalando.org/ratelimit': ['localRatelimit(50, "1m")', 'bad', ''],
  'zalando.org/traffic-zone-aware': ['true', 'false', ''],
  'kubernetes.io/ingress.class': ['skipper', 'nginx', '', 'skipper-x'],
  'zalando.org/routegroup.class': ['skipper', ''],
  'zalando.org/zone': ['zone1', 'zone2'],
};
const predicates = [{ name: 'ClientIP', args: ['10.0.0.0/8'] }];
const options: readonly Json[] = [
  ...[{ eastWest: true }, { httpsRedirect: true }, { enableExternalNames: true }, { disableCatchAllRoutes: true }],
  { eastWestRangeDomains: ['example.org', 'ingress.cluster.local'], eastWestRangePredicatesAppend: predicates },
  ...[{ 'enable-kubernetes-endpointslices': true }, { 'kubernetes-enable-tls': true }, { backendNameTracingTag: true }],
  ...[{ 'force-kubernetes-service': true }, { 'default-lb-algorithm': 'random' }, { httpsRedirectCode: 302 }],
  ...[{ 'backend-traffic-algorithm': 'traffic-segment-predicate' }, { 'forward-backend-url': 'http://f.example' }],
  { 'topology-zone': 'eu-central-1a', 'enable-kubernetes-endpointslices': true },
  { 'kubernetes-application-annotation-label': 'application' },
  { enableExternalNames: true, externalNamePreserveHost: true },
  { enableExternalNames: true, onlyAllowedExternalNames: true, allowedExternalNames: ['example[.]org$'] },
  { kubernetesAnnotationPredicates: [{ key: 'zalando.org/zone', value: 'zone1', predicates }] },
];

interface Change {
  /** Which case, and which object of it, by remainder. */
  readonly at: number;
  readonly annotated: readonly (readonly [number, readonly [string, string]])[];
  readonly repeated: number | undefined;
  readonly options: readonly Json[];
}

const annotation = fc
  .constantFrom(...Object.entries(annotations))
  .chain(([key, values]) => fc.tuple(fc.constant(key), fc.constantFrom(...values)));
const changes: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(9_999),
  annotated: fc.array(fc.tuple(fc.nat(99), annotation), { minLength: 1, maxLength: 4 }),
  repeated: fc.option(fc.nat(99), { nil: undefined, freq: 3 }),
  options: fc.array(fc.constantFrom(...options), { maxLength: 2 }),
});

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const recordIn = (record: Json, name: string): Json => (isRecord(record[name]) ? record[name] : {});

function changedObjects(text: string, { annotated, repeated }: Change): string {
  const objects: Json[] = readManifests(text).map((manifest) => ({ ...manifest }));
  const again = repeated === undefined ? undefined : objects[repeated % objects.length];
  if (again !== undefined) {
    const metadata = recordIn(again, 'metadata');
    objects.push({ ...again, metadata: { ...metadata, name: `${String(metadata['name'])}-too` } });
  }
  for (const [at, [key, value]] of annotated) {
    const object = objects[at % objects.length] ?? {};
    const metadata = recordIn(object, 'metadata');
    const all = { ...recordIn(metadata, 'annotations'), [key]: value };
    objects[at % objects.length] = { ...object, metadata: { ...metadata, annotations: all } };
  }
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

/** As text: Go tells 10.0 from 10, which are one to us. Of two equal keys the last one counts. */
function changedOptions(text: string, { options: added }: Change): string {
  const lines = added.flatMap(Object.entries<unknown>).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [text, ...lines].join('\n');
}

/** Skipper's comparison wants predicates of one name in one order, and loses that of its own redirects. */
function hasTwins({ predicates: all }: Route): boolean {
  return new Set(all.map(({ name }) => name)).size < all.length;
}

/** Writes a case, with what we make of it as what is expected; false where that cannot be asked. */
function write(folder: string, fixture: FixtureCase, change: Change): boolean {
  const path = (suffix: string): string => join(folder, `case.${suffix}`);
  mkdirSync(folder);
  writeFileSync(path('yaml'), changedObjects(readText(fixture.yaml), change));
  writeFileSync(path('kube'), changedOptions(readText(fixture.kube), change));
  const defaults = fixture.defaultFilters === undefined ? {} : { defaultFilters: path('default-filters') };
  if (fixture.defaultFilters !== undefined)
    cpSync(fixture.defaultFilters, path('default-filters'), { recursive: true });
  const files = { yaml: path('yaml'), kube: path('kube'), ...defaults };
  const { routes, error } = runCase({ folder, name: 'case', ...files });
  if (error !== undefined || routes.some(hasTwins)) return false;
  writeFileSync(path('eskip'), printRoutes(routes.map(withoutZones)));
  return true;
}

export interface CaseParity {
  readonly cases: number;
  /** What Skipper's runner says of the cases that it fails, and where they are; undefined when it passes all. */
  readonly verdict: string | undefined;
}

/** The folder with the cases stays where one fails. */
export async function caseParity({ cases, seed }: { cases: number; seed: number }): Promise<CaseParity> {
  const all = findCases(join(await skipperModule(), 'dataclients/kubernetes/testdata'));
  // A link that Go's module archives leave out is filled in for us, and not for Skipper.
  const bases = all.filter(({ yaml, api, name }) => yaml !== undefined && api === undefined && !/symlink/.test(name));
  const root = mkdtempSync(join(tmpdir(), 'cases-'));
  const written = fc.sample(changes, { seed, numRuns: cases }).flatMap((change, index) => {
    const base = bases[change.at % bases.length];
    if (base === undefined) return [];
    const folder = join(root, `${index}-${basename(base.folder)}-${base.name}`);
    return write(folder, base, change) ? [folder] : [];
  });
  const verdict = await skipperVerdict(written);
  if (verdict === undefined) rmSync(root, { recursive: true, force: true });
  return { cases: written.length, verdict };
}
