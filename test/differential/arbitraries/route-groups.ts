/** Gives RouteGroups, most of them valid: one mistake loses the whole group, and with it what else it would show. */
import fc from 'fast-check';
import { labels, routeGroupAnnotations } from './annotations.ts';
import type { Json } from './services.ts';
import { filterText, host, mostly, namespace, objectName, path, predicateText, serviceName } from './words.ts';

const backendNames = ['one', 'two', 'three'] as const;
const algorithm = mostly(
  fc.constantFrom('random', 'consistentHash', 'powerOfRandomNChoices'),
  fc.constantFrom('', 'bad'),
  12,
);

const toService = fc.record(
  { serviceName, servicePort: mostly(fc.constantFrom(80, 443, 8080), fc.constantFrom(0, 65_536, -1), 20), algorithm },
  { requiredKeys: ['serviceName', 'servicePort'] },
);
const address = mostly(
  fc.constantFrom('http://10.7.0.1:80', 'https://ext.example.com', 'http://[fd00::1]:8080'),
  fc.constantFrom('', 'ext.example.com', 'http://a.b/path', 'http://a.b?q=1', 'http://bad host', 'http://u:p@a.b'),
  12,
);
const toNetwork = address.map((text) => ({ type: 'network', address: text }));
const endpoints = fc.array(
  mostly(fc.constantFrom('http://10.7.0.1:80', 'http://10.7.0.2:80', 'http://ext.example.com:80'), address, 12),
  { minLength: 1, maxLength: 3 },
);
const toEndpoints = fc
  .record({ algorithm, endpoints: mostly(endpoints, fc.constant([]), 12) }, { requiredKeys: ['endpoints'] })
  .map((fields) => ({ type: 'lb', ...fields }));
const toItself = fc.constantFrom('shunt', 'loopback', 'dynamic', 'forward').map((type) => ({ type }));
const backend: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: toService },
  { weight: 2, arbitrary: toService.map((fields) => ({ type: 'service', ...fields })) },
  { weight: 2, arbitrary: toNetwork },
  { weight: 2, arbitrary: toEndpoints },
  { weight: 3, arbitrary: toItself },
  { weight: 1, arbitrary: fc.constant({ type: 'nonsense' }) },
);
const backends = fc
  .tuple(backend, backend, backend)
  .map((all) => all.map((fields, at) => ({ name: backendNames[at], ...fields })));

const weight = mostly(fc.constantFrom(0, 1, 20, 80, 33), fc.constant(-1), 30);
const reference = fc.record(
  { backendName: mostly(fc.constantFrom(...backendNames), fc.constantFrom('none', ''), 40), weight },
  { requiredKeys: ['backendName'] },
);
const references = mostly(
  fc.uniqueArray(reference, { minLength: 1, maxLength: 3, selector: ({ backendName }) => backendName }),
  fc.array(reference, { maxLength: 2 }),
  12,
);
const method = mostly(fc.constantFrom('GET', 'post', 'Get', 'DELETE'), fc.constant(''), 20);
const place = fc.oneof<fc.Arbitrary<Json>[]>(
  path.map((text) => ({ path: text })),
  path.map((text) => ({ pathSubtree: text })),
  fc.constantFrom('^/re', '/[x', '"', 'a/b').map((pathRegexp) => ({ pathRegexp })),
  fc.constantFrom({}, {}, { path: '/a', pathRegexp: '^/a' }, { path: '/a', pathSubtree: '/a' }),
);
const single = <T extends string>(texts: fc.Arbitrary<T>) =>
  mostly(
    texts.filter((text) => /^[A-Za-z]+\(.*\)$/.test(text) && !/->|&&|\) /.test(text)),
    texts,
    40,
  );
const route = fc
  .tuple(
    place,
    fc.record(
      {
        methods: fc.array(method, { maxLength: 3 }),
        predicates: fc.array(single(predicateText), { maxLength: 2 }),
        filters: fc.array(single(filterText), { maxLength: 2 }),
        backends: references,
      },
      { requiredKeys: [] },
    ),
  )
  .map(([where, fields]) => ({ ...where, ...fields }));

const spec = fc.record(
  {
    hosts: mostly(fc.uniqueArray(host, { maxLength: 3 }), fc.array(host, { maxLength: 3 }), 8),
    backends: mostly(
      backends,
      backends.map((all) => all.slice(1)),
      12,
    ),
    defaultBackends: references,
    routes: fc.array(route, { maxLength: 3 }),
  },
  { requiredKeys: ['backends', 'defaultBackends'] },
);

export const routeGroup: fc.Arbitrary<Json> = fc
  .record({
    namespace,
    name: objectName,
    annotations: routeGroupAnnotations,
    labels,
    spec: mostly(spec, fc.constantFrom(null, {}), 40),
  })
  .map(({ spec: ofGroup, ...metadata }) => ({ kind: 'RouteGroup', metadata, spec: ofGroup }));
