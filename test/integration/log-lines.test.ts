/**
 * The table of Skipper's log lines is whole, and nothing in it is dead: each line of upstream's cases has a row, and each
 * row a line, from those cases or from a Skipper that runs here with objects of ours.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { compile, type Problem } from '../../src/compile/index.ts';
import { findCases, readText } from '../harness/fixtures/case.ts';
import { parseKubeOptions } from '../harness/fixtures/kube-options.ts';
import { isLogged, rowOf, rows } from '../harness/fixtures/log-lines.ts';
import { loadState, readManifests } from '../harness/fixtures/manifests.ts';
import { createAuthority } from '../harness/pki/certificate.ts';
import { skipperModule } from '../harness/scenario/route-group-crd.ts';
import { until } from '../harness/wait.ts';
import { ListApi } from './routeserver/list-api.ts';
import { startSkipperWith } from './routeserver/programs.ts';
import type { Running } from './routeserver/programs.ts';

const folders = ['dataclients/kubernetes/testdata', 'dataclients/kubernetes/definitions/testdata', 'routesrv/testdata'];

/** Lines that are no problem of an object: of the API server, of files, and of what went well. */
const others = [
  /Error while checking known resource types/,
  /could not fetch default filter configurations/,
  /adding certificate to registry/,
];
/** Lines that only name an object, or a part of one. */
const names = [/^((kind|name|ns)=[\w-]+ ?)+$/, /^[\w-]+$/, /^\[\[\]routegroup\[\]\]$/];

type Json = Readonly<Record<string, unknown>>;

const pathsTo = (name: string): readonly Json[] => [
  { path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } },
];
const ruleOf = (host: string, service = 'cart'): Json => ({ host, http: { paths: pathsTo(service) } });

function ingress(name: string, annotations: Readonly<Record<string, string>>, fields: Json = {}): Json {
  const spec = { rules: [ruleOf(`${name}.example.org`)], ...fields };
  return { kind: 'Ingress', metadata: { namespace: 'shop', name, annotations }, spec };
}

function withTls(name: string): Json {
  return ingress(name, {}, { tls: [{ hosts: [`${name}.example.org`], secretName: name }] });
}

/** What makes Skipper say things that no case of upstream has it say, by what is found in its line. */
const own: Readonly<Record<string, Json>> = {
  'target port not found: cart:81': {
    kind: 'RouteGroup',
    metadata: { namespace: 'shop', name: 'port' },
    spec: {
      hosts: ['port.example.org'],
      backends: [{ name: 'b', serviceName: 'cart', servicePort: 81 }],
      defaultBackends: [{ backendName: 'b' }],
    },
  },
  'failed to parse backend address \\"::1\\"': {
    kind: 'RouteGroup',
    metadata: { namespace: 'shop', name: 'address' },
    spec: {
      hosts: ['address.example.org'],
      backends: [{ name: 'b', type: 'network', address: '::1' }],
      defaultBackends: [{ backendName: 'b' }],
    },
  },
  'unsupported backend type: odd': {
    kind: 'RouteGroup',
    metadata: { namespace: 'shop', name: 'odd' },
    // Without a name as well, of which Skipper says nothing then.
    spec: { hosts: ['odd.example.org'], backends: [{ type: 'odd' }], defaultBackends: [{ backendName: 'b' }] },
  },
  'Not enabled to reference external name': ingress('outside', {}, { rules: [ruleOf('o.example.org', 'external')] }),
  'is not enabled to reference external name': ingress(
    'by-default',
    {},
    { defaultBackend: pathsTo('external')[0]?.['backend'] },
  ),
  'backend-weights annotation': ingress('weights', { 'zalando.org/backend-weights': '{' }),
  'Failed to get path mode': ingress('mode', { 'zalando.org/skipper-ingress-path-mode': 'nonsense' }),
  'Cannot parse annotation filters': ingress('filters', { 'zalando.org/ratelimit': 'x(' }),
  'invalid redirect code annotation': ingress('redirect', {
    'zalando.org/skipper-ingress-redirect': 'true',
    'zalando.org/skipper-ingress-redirect-code': 'abc',
  }),
  'multiple path predicates': ingress('paths', {
    'zalando.org/skipper-routes': 'r: Path("/a") && PathSubtree("/b") -> <shunt>',
  }),
  'Skipping rule without http': ingress('rule', {}, { rules: [{ host: 'r.example.org' }] }),
  'Failed to retrieve default filters': ingress('defaults', {}, { rules: [ruleOf('d.example.org', 'spoilt')] }),
  'failed to create tls certificate from secret no-pem': withTls('no-pem'),
  'secret opaque is not of type': withTls('opaque'),
  'invalid ingress item': { kind: 'Ingress', metadata: { namespace: 'shop', name: 'empty' }, spec: null },
  'Ignoring route with the same id kube_shop__twice__': ingress(
    'twice',
    {},
    { rules: [ruleOf('e.example.org'), ruleOf('e-example.org')] },
  ),
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');
function service(name: string, fields: Json = {}): Json {
  const ports = [{ name: 'http', port: 80, targetPort: 80 }];
  return { kind: 'Service', metadata: { namespace: 'shop', name }, spec: { type: 'ClusterIP', ports, ...fields } };
}
function secret(name: string, type: string, certificate: string, key: string): Json {
  const data = { 'tls.crt': base64(certificate), 'tls.key': base64(key) };
  return { kind: 'Secret', metadata: { namespace: 'shop', name }, type, data };
}
const { certificate, key } = createAuthority('shop');
const objects: readonly Json[] = [
  service('cart'),
  service('spoilt'),
  service('external', { type: 'ExternalName', externalName: 'ext.example.org' }),
  secret('no-pem', 'kubernetes.io/tls', 'x', 'y'),
  secret('opaque', 'Opaque', certificate, key),
  ...Object.values(own),
];
const manifests = objects.map((object) => JSON.stringify(object)).join('\n---\n');
const defaultFilters = new Map([['spoilt.shop', 'x(']]);

const folder = mkdtempSync(join(tmpdir(), 'log-lines-'));
const api = new ListApi();
let skipper: Running;
let upstream: readonly string[];
let problems: readonly Problem[];

before(async () => {
  const module = await skipperModule();
  const cases = folders.flatMap((name) => findCases(join(module, name)));
  upstream = cases.flatMap(({ log }) =>
    readText(log)
      .split('\n')
      .filter((line) => line !== ''),
  );
  for (const [name, text] of defaultFilters) writeFileSync(join(folder, name), text);
  api.show(manifests);
  // Nothing is logged twice of a cluster that stays as it is, and the next look at it is an hour away.
  const flags = [
    '-kubernetes-enable-tls',
    '-suppress-route-update-logs',
    `-default-filters-dir=${folder}`,
    '-source-poll-timeout=3600000',
  ];
  skipper = await startSkipperWith(['-kubernetes', `-kubernetes-url=${await api.listen()}`, ...flags]);
  const { state } = loadState(readManifests(manifests));
  const options = parseKubeOptions('kubernetes-enable-tls: true').compile;
  problems = compile(state, { ...options, defaultFilters }).problems;
});

after(async () => {
  await skipper.stop();
  api.close();
  rmSync(folder, { recursive: true, force: true });
});

test("each line of upstream's cases has a row, or only names an object, or is no problem of one", () => {
  const isKnown = (line: string) => [...others, ...names].some((expression) => expression.test(line));
  assert.deepEqual(
    upstream.filter((line) => rowOf(line) === undefined && !isKnown(line)),
    [],
  );
  assert.ok(upstream.length > 100, `${upstream.length} lines`);
});

test('each row has a line', () => {
  const used = new Set([...upstream, ...Object.keys(own)].map(rowOf));
  assert.deepEqual(
    rows.filter((row) => !used.has(row)),
    [],
  );
});

suite('a running Skipper says, and of the same object our problems do,', () => {
  for (const text of Object.keys(own)) {
    test(`"${text}"`, async () => {
      const explain = () => Promise.resolve(skipper.state);
      const line = await until({ what: `Skipper to say "${text}"`, deadlineMs: 120_000, explain }, () =>
        Promise.resolve(skipper.output.split('\n').find((written) => written.includes(text))),
      );
      assert.ok(isLogged(line, problems, []), `${line}\n${JSON.stringify(problems, undefined, 1)}`);
    });
  }
});
