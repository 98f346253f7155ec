/** Gives annotations and labels of Ingresses and RouteGroups: most absent, most of the rest as intended, some odd. */
import fc from 'fast-check';
import { filterText, mostly, predicateText, routesText } from './words.ts';

const weights = mostly(
  fc.constantFrom(
    '{"cart": 20, "stock": 80}',
    '{"cart": 0.1, "stock": 0.2, "web.v2": 0.3}',
    '{"cart": 100}',
    '{"cart": 0, "stock": 0}',
    '{"missing": 50, "cart": 50}',
    '{"cart": 1e-7, "stock": 3}',
  ),
  fc.constantFrom(
    '{}',
    '',
    'null',
    '[1]',
    '{"cart": "20"}',
    '{"cart": -5, "stock": 10}',
    '{"cart": null}',
    '{"cart": 1,',
  ),
);

const algorithm = mostly(
  fc.constantFrom('random', 'consistentHash', 'roundRobin', 'powerOfRandomNChoices', 'leastRequests'),
  fc.constantFrom('', 'nonsense', 'weightedRoundRobin'),
);
const redirect = fc.constantFrom('true', 'false', 'maybe', '');
const redirectCode = mostly(fc.constantFrom('301', '307'), fc.constantFrom('', '200', '400', 'abc', '0302', '+303'), 3);

const protocol = 'zalando.org/skipper-backend-protocol';
const protocols = ['https', 'h2c', 'fastcgi', 'http'] as const;
const shared = {
  'zalando.org/skipper-ingress-redirect': redirect,
  'zalando.org/skipper-ingress-redirect-code': redirectCode,
  'zalando.org/traffic-zone-aware': fc.constantFrom('false', 'true', ''),
  'example.org/audience': fc.constantFrom('public', 'internal', 'other'),
} as const;

const ofIngresses = {
  ...shared,
  // An empty one shares the original's memory of endpoints with none: the Ingress that is compiled first decides for
  // both (docs/guide/parity.md).
  [protocol]: fc.constantFrom(...protocols),
  'kubernetes.io/ingress.class': mostly(fc.constantFrom('skipper', '', 'skipper-test'), fc.constant('nginx')),
  'zalando.org/skipper-filter': filterText,
  'zalando.org/skipper-predicate': predicateText,
  'zalando.org/skipper-routes': routesText,
  'zalando.org/skipper-backend': fc.constantFrom('forward', 'shunt', 'nonsense', ''),
  'zalando.org/skipper-loadbalancer': algorithm,
  'zalando.org/skipper-ingress-path-mode': mostly(
    fc.constantFrom('kubernetes-ingress', 'path-regexp', 'path-prefix'),
    fc.constantFrom('', 'nonsense'),
  ),
  'zalando.org/ratelimit': filterText,
  'zalando.org/backend-weights': weights,
} as const;
const ofRouteGroups = {
  ...shared,
  [protocol]: fc.constantFrom(...protocols, ''),
  'zalando.org/routegroup.class': mostly(fc.constantFrom('skipper', '', 'skipper-test'), fc.constant('other')),
} as const;

type Texts = Readonly<Record<string, string>>;

/** Each key is there once in `oneIn` objects. */
function sparse(values: Readonly<Record<string, fc.Arbitrary<string>>>, oneIn: number): fc.Arbitrary<Texts> {
  const keys = Object.entries(values).map(([key, value]) =>
    fc.option(value, { freq: oneIn - 1 }).map((text) => {
      return text === null ? [] : [[key, text] as const];
    }),
  );
  // fc.option gives a value `freq` times for each null, so that most values must be dropped here.
  const rarely = keys.map((key) => fc.tuple(fc.nat(oneIn - 1), key).map(([dice, pair]) => (dice === 0 ? pair : [])));
  return fc.tuple(...rarely).map((pairs) => Object.fromEntries(pairs.flat()));
}

export const ingressAnnotations = sparse(ofIngresses, 5);
export const routeGroupAnnotations = sparse(ofRouteGroups, 4);
export const labels: fc.Arbitrary<Texts> = fc.constantFrom<Texts>(
  {},
  {},
  { application: 'shop-app' },
  { application: '' },
  { application: 'with "quotes"' },
);
