/** Gives args of a route server, and the files of its directory of default filters. */
import fc from 'fast-check';
import { applicationLabel, filterText, mostly } from './words.ts';

/** What one pair of route servers is started with. */
export interface FlagSet {
  readonly args: readonly string[];
  /** Text by file name; undefined: there is no such directory. */
  readonly defaultFilters: Readonly<Record<string, string>> | undefined;
}

const isOn = fc.boolean();
const flag = (name: string, value: fc.Arbitrary<string | number | boolean>) =>
  value.map((text) => [`-${name}=${text}`]);
/** There once in `oneIn` flag sets. */
function rarely<T>(args: fc.Arbitrary<readonly T[]>, oneIn = 4): fc.Arbitrary<readonly T[]> {
  return fc.tuple(fc.nat(oneIn - 1), args).map(([dice, given]) => (dice === 0 ? given : []));
}
const anyOf = (name: string, ...values: readonly string[]) => flag(name, fc.constantFrom(...values));
const severalOf = (name: string, ...values: readonly string[]) =>
  fc.subarray([...values], { minLength: 1 }).map((given) => given.map((value) => `-${name}=${value}`));

const eastWest = fc
  .tuple(
    fc.constant(['-enable-kubernetes-east-west']),
    rarely(anyOf('kubernetes-east-west-domain', 'svc.internal', '.ingress.cluster.local.'), 2),
  )
  .map((args) => args.flat());
const eastWestRange = fc
  .tuple(
    anyOf('kubernetes-east-west-range-domains', 'ingress.cluster.local', 'svc.internal,cluster.local', 'org'),
    rarely(anyOf('kubernetes-east-west-range-predicates', 'ClientIP("10.2.0.0/16")', 'True() && Weight(2)'), 2),
    rarely(severalOf('kubernetes-east-west-range-annotation-predicates', 'example.org/audience=internal=True()'), 2),
    rarely(
      severalOf('kubernetes-east-west-range-annotation-filters-append', 'example.org/audience=internal=status(201)'),
      2,
    ),
  )
  .map((args) => args.flat());
const externalNames = fc
  .tuple(
    anyOf('enable-kubernetes-external-names', 'true', 'true', 'false'),
    rarely(anyOf('kubernetes-external-name-preserve-host', 'true'), 2),
    rarely(anyOf('kubernetes-only-allowed-external-names', 'true'), 2),
    rarely(severalOf('kubernetes-allowed-external-name', '^.*[.]example[.]com$', '^10[.]', 'fd00'), 2),
  )
  .map((args) => args.flat());

const parts: readonly fc.Arbitrary<readonly string[]>[] = [
  flag('enable-kubernetes-endpointslices', isOn),
  flag('kubernetes-https-redirect', isOn),
  flag('kubernetes-healthcheck', isOn),
  rarely(anyOf('kubernetes-https-redirect-code', '301', '0', '-1'), 3),
  rarely(anyOf('kubernetes-disable-catchall-routes', 'true')),
  rarely(anyOf('kubernetes-ingress-class', '^skipper(-test)?$', 'nginx', '')),
  rarely(anyOf('kubernetes-routegroup-class', '^skipper(-test)?$', 'other')),
  rarely(anyOf('kubernetes-path-mode', 'kubernetes-ingress', 'path-regexp', 'path-prefix'), 2),
  rarely(anyOf('kubernetes-namespace', 'shop', 'default'), 8),
  rarely(anyOf('kubernetes-topology-zone', 'zone-a', 'zone-z')),
  rarely(anyOf('kubernetes-backend-traffic-algorithm', 'traffic-predicate', 'traffic-segment-predicate'), 2),
  rarely(anyOf('kubernetes-default-lb-algorithm', 'random', 'consistentHash', 'nonsense', 'none')),
  rarely(anyOf('kubernetes-force-service', 'true'), 6),
  rarely(anyOf('forward-backend-url', 'http://forward.example:80')),
  rarely(anyOf('kubernetes-application-annotation-label', applicationLabel), 3),
  rarely(anyOf('reverse-source-predicate', 'true')),
  rarely(anyOf('whitelisted-healthcheck-cidr', '1.2.3.0/24', '1.2.3.0/24,fd00::/8')),
  rarely(anyOf('application-log-level', 'DEBUG'), 10),
  rarely(severalOf('default-filters-prepend', 'enableAccessLog(4, 5)', 'flowId() -> status(202)')),
  rarely(severalOf('default-filters-append', 'status(203)', 'x("a") -> y(1.5)')),
  rarely(severalOf('edit-route', '/Host[(](.*)[)]/HostAny($1)/', '/10[.]2[.]0[.](\\d+)/10.3.0.$1/', '#status#teapot#')),
  rarely(severalOf('clone-route', '/Host/HostAny/', '/Path(Subtree)?[(]"(.*?)"[)]/PathRegexp("^$2")/')),
  rarely(anyOf('kubernetes-annotation-predicates', 'example.org/audience=public=Header("X-P", "1")')),
  rarely(
    severalOf(
      'kubernetes-annotation-filters-append',
      'example.org/audience=public=status(204)',
      'example.org/audience=internal=a() -> b()',
    ),
  ),
  rarely(fc.constant(['-enable-oauth2-grant-flow', '-oauth2-callback-path=/.well-known/oauth2']), 6),
  rarely(eastWest, 3),
  rarely(eastWestRange, 3),
  rarely(externalNames, 2),
];
const args = fc.tuple(...parts).map((given) => given.flat());

const fileName = mostly(
  fc.constantFrom('cart.shop', 'stock.default', 'cart.team-x', 'stock.shop'),
  fc.constantFrom('web.v2.shop', 'noservice', '..data'),
);
const defaultFilters = fc.option(fc.dictionary(fileName, filterText, { maxKeys: 4, noNullPrototype: true }), {
  freq: 1,
});

export const flagSet: fc.Arbitrary<FlagSet> = fc
  .record({ args, defaultFilters })
  .map((given) => ({ args: given.args, defaultFilters: given.defaultFilters ?? undefined }));
