/** Gives objects that an API server should never have let in, and some that it does. */
import type { FaultKind } from './fault-cluster.ts';

/** An object without its name. */
export type OddObject = readonly [FaultKind, object];

/** How an Ingress names a port of a Service. */
export const backendOf = (name: unknown, port: unknown): object => ({ service: { name, port: { number: port } } });

const ingressOf = (path: object, rule: object = {}): object => ({
  spec: { rules: [{ host: 'bad.example.org', ...rule, http: { paths: [path] } }] },
});
const path = { path: '/', pathType: 'Prefix', backend: backendOf('good', 80) };
const annotated = (annotations: object): object => ({ ...ingressOf(path), metadata: { annotations } });
const routeGroup = (route: object, spec: object = {}): object => ({
  spec: {
    hosts: ['bad.example.org'],
    backends: [{ name: 'b', type: 'shunt' }],
    defaultBackends: [{ backendName: 'b' }],
    routes: [route],
    ...spec,
  },
});
/** Takes for ever in an engine that backtracks, if it is ever run. */
export const bomb = '^(a+)+$|^(([a-z])+.)+[A-Z]([a-z])+$';
const large = 'x'.repeat(5 * 1024 * 1024);

/** Each is a problem that is told, and goes with its object. */
export const told: Readonly<Record<string, OddObject>> = {
  'a filter that is none': ['Ingress', annotated({ 'zalando.org/skipper-filter': 'setPath("' })],
  'a predicate that is none': ['Ingress', annotated({ 'zalando.org/skipper-predicate': 'Host(/(/' })],
  'routes that are none': ['Ingress', annotated({ 'zalando.org/skipper-routes': 'a: b: c' })],
  'a filter of 5 MB that never ends': ['Ingress', annotated({ 'zalando.org/skipper-filter': `setPath("${large}` })],
  'an annotation that is a number': ['Ingress', annotated({ 'zalando.org/skipper-filter': 7 })],
  'rules that are a word': ['Ingress', { spec: { rules: 'all' } }],
  'paths that are a map': ['Ingress', { spec: { rules: [{ host: 'a', http: { paths: { a: 1 } } }] } }],
  'a host that is a list': ['Ingress', ingressOf(path, { host: ['a', 'b'] })],
  'a spec that is a list': ['Ingress', { spec: [] }],
  'a RouteGroup without a spec': ['RouteGroup', {}],
  'a RouteGroup with a backend that is nobody’s': ['RouteGroup', routeGroup({ backends: [{ backendName: 'none' }] })],
  'a RouteGroup with hosts of wrong types': ['RouteGroup', routeGroup({ path: '/' }, { hosts: [1, null, {}] })],
  'a RouteGroup whose route is null': ['RouteGroup', { spec: { backends: [], routes: [null] } }],
};

/** Each is borne. */
export const borne: Readonly<Record<string, OddObject>> = {
  'an annotation of 5 MB that nobody reads': ['Ingress', annotated({ note: large })],
  'a filter with an argument of 5 MB': ['Ingress', annotated({ 'zalando.org/skipper-filter': `setPath("${large}")` })],
  'a regex bomb in a path': ['Ingress', ingressOf({ ...path, path: bomb, pathType: 'ImplementationSpecific' })],
  'a regex bomb in a host': ['Ingress', ingressOf(path, { host: `${'a.'.repeat(120)}${bomb}` })],
  'a regex bomb in a path that begins as one': [
    'Ingress',
    ingressOf({ ...path, path: `/${bomb}`, pathType: 'ImplementationSpecific' }),
  ],
  'a regex bomb in the hosts of a RouteGroup': [
    'RouteGroup',
    routeGroup({ path: '/' }, { hosts: [bomb, `*.${bomb}`] }),
  ],
  'an annotation as large as an API server takes': ['Ingress', annotated({ note: 'x'.repeat(200 * 1024) })],
  'a filter as large as etcd takes': ['RouteGroup', routeGroup({ filters: [`setPath("${'x'.repeat(1024 * 1024)}")`] })],
  'ten thousand routes in one RouteGroup': [
    'RouteGroup',
    routeGroup({}, { routes: Array.from({ length: 10_000 }, (_, at) => ({ path: `/${at}` })) }),
  ],
  'names with quotes and other alphabets in a RouteGroup': [
    'RouteGroup',
    routeGroup({ path: '/"\n\u2028ä😀', methods: ['"; drop'] }, { hosts: ['"; a: * -> <shunt>;\n', 'ä😀.example'] }),
  ],
  // As the original: only a Skipper would try to use it.
  'a RouteGroup with a regex that is none': ['RouteGroup', routeGroup({ pathRegexp: '(((' })],
  'a regex bomb in a RouteGroup': ['RouteGroup', routeGroup({ pathRegexp: bomb })],
  'a predicate with a regex bomb': ['Ingress', annotated({ 'zalando.org/skipper-predicate': `PathRegexp("${bomb}")` })],
  'names with quotes, line breaks and other alphabets': [
    'Ingress',
    ingressOf({ ...path, path: '/"\n\u0000\u2028ä😀', backend: backendOf('"; drop: * -> <shunt>;\n', 80) }),
  ],
  'a port that is no port': ['Ingress', ingressOf({ ...path, backend: backendOf('good', -1e300) })],
  'a thousand paths': [
    'Ingress',
    { spec: { rules: [{ http: { paths: Array.from({ length: 1_000 }, () => path) } }] } },
  ],
};
