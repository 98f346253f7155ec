/**
 * Gives the words that clusters are made of. There are few of each, so that objects meet: the same host in two
 * Ingresses, a Service that two RouteGroups share, one that nobody made.
 */
import fc from 'fast-check';

export const namespaces = ['default', 'shop', 'team-x'] as const;
export const serviceNames = ['cart', 'stock', 'web.v2', 'ext'] as const;
export const zones = ['zone-a', 'zone-b'] as const;
export const applicationLabel = 'application';

/** `weight` to one in favour of the usual. */
export function mostly<T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>, weight = 9): fc.Arbitrary<T | U> {
  return fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

export const namespace = fc.constantFrom(...namespaces);
export const serviceName = mostly(fc.constantFrom(...serviceNames), fc.constantFrom('missing', ''), 12);
export const objectName = fc.constantFrom('a', 'b-c', 'd.e', 'shop', 'x0');
// No two of these give the same route id: which of two such hosts Skipper serves is a matter of chance.
export const host = mostly(
  fc.constantFrom(
    'shop.example.org',
    'example.org',
    'a.ingress.cluster.local',
    'b.shop.skipper.cluster.local',
    'c.svc.internal',
  ),
  fc.constantFrom('', '*.example.org', 'UPPER.example.org', 'a+b.example.org', 'münchen.example.org'),
);
export const path = mostly(
  fc.constantFrom('/', '/cart', '/cart/', '/a/b', '/cart/:id', '/**', ''),
  fc.constantFrom('/a(b|c)', '^/re', '/[x', '/"quoted"', '/a/b?x=1', '/%20', 'no-slash', '/a\\b', '/ü', '/*name'),
);

export const filterText = mostly(
  fc.constantFrom(
    'status(418)',
    'setPath("/x")',
    'ratelimit(10, "1m") -> status(200)',
    'setRequestHeader("X-A", "b c")',
    'lua("function request(ctx, p)\\nend")',
    'f(1.5, 0.00001, 1e3, 123456789, -7)',
    'annotate("zalando.org/traffic-zone-aware", "false")',
    'comment() // trailing',
    'modPath(/^\\/a/, "/b")',
  ),
  fc.constantFrom('', '  ', 'status(', 'status(200) ->', '-> status(200)', '200', 'a() b()', 'x(,1)', "q('single')"),
);
export const predicateText = mostly(
  fc.constantFrom(
    'Header("X-Forwarded-Proto", "https")',
    'Header("X-A", "b")',
    'HeaderRegexp("X-Forwarded-Proto", /h/)',
    'Method("POST")',
    'Cookie("a", /^b$/)',
    'Weight(10)',
    'Traffic(0.3)',
    'True() && False()',
    'Source("10.0.0.0/8", "::1")',
    'Host(/^other[.]org$/)',
    'QueryParam("q", "v")',
  ),
  fc.constantFrom('', '*', 'Path("/p")', 'PathSubtree("/s")', 'PathRegexp(/^\\/r/)', 'Any()', 'Path(', 'A() B()', '&&'),
  20,
);
export const routesText = mostly(
  fc.constantFrom(
    'r1: * -> status(204) -> <shunt>;',
    'r1: Method("GET") -> "http://10.9.9.9:80"; r2: Header("X-Forwarded-Proto", "http") -> <loopback>;',
    'Cookie("c", /x/) -> <roundRobin, "http://10.9.9.8:80", "http://10.9.9.9:80">',
    'p: Path("/own") -> <dynamic>; q: PathRegexp("^/z") -> inlineContent("z") -> <shunt>',
    's: Host(/other/) && True() -> <shunt>; s: Host(/again/) -> <shunt>;',
    'w: Weight(3) && PathSubtree("/w") -> "https://w.example.org";',
  ),
  fc.constantFrom('', 'r1: ', 'not eskip', '* -> <forward>', 'x: * -> <nothing>;'),
);
