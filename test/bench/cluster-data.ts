/** Gets a size; gives the objects of a cluster, the same ones each time, as an API server lists them. */

export interface ClusterSize {
  readonly ingresses: number;
  readonly routeGroups: number;
}

/** An object as JSON has it. */
export interface BenchObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** None for a namespace itself. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Number of objects that have routes. */
export function objectCount({ ingresses, routeGroups }: ClusterSize): number {
  return ingresses + routeGroups;
}

const perNamespace = 50;
const namespaceOf = (at: number) => `team-${String(Math.floor(at / perNamespace))}`;
const hostOf = (at: number) => `app-${String(at)}.${namespaceOf(at)}.example.org`;
const addressOf = (at: number, pod: number) => `10.${String(at >> 8)}.${String(at & 255)}.${String(pod)}`;

/** Without a cluster address, which a real API server takes long to hand out, and without pods to select. */
function service(at: number): BenchObject {
  const ports = [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }];
  const metadata = {
    name: `app-${String(at)}`,
    namespace: namespaceOf(at),
    labels: { application: `app-${String(at)}` },
  };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'ClusterIP', clusterIP: 'None', ports } };
}

let version = Math.floor(Date.now() / 10) % 65_536;

/** A number that no object of a cluster which is kept from run to run is likely to hold. */
export function nextVersion(): number {
  version = (version + 1) % 65_536;
  return version;
}

/** A slice in which one pod has been replaced, by one that was never there. */
export function rolledSlice(at: number): BenchObject {
  const fresh = nextVersion();
  return endpointSlice(
    at,
    3,
    `10.${String(128 + (fresh >> 9))}.${String((fresh >> 1) & 255)}.${String(1 + (fresh & 1))}`,
  );
}

/** How the first endpoint of a slice stands in a table: nothing else begins like it. */
export function firstEndpointOf(slice: BenchObject): string {
  const [first] = slice['endpoints'] as readonly { readonly addresses: readonly string[] }[];
  return `//${first?.addresses[0] ?? ''}:`;
}

/** The slice of a Service with `pods` ready endpoints, the first of them at `first`. */
function endpointSlice(at: number, pods: number, first = addressOf(at, 1)): BenchObject {
  const name = `app-${String(at)}`;
  const endpoints = Array.from({ length: pods }, (_, pod) => ({
    addresses: [pod === 0 ? first : addressOf(at, pod + 1)],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `node-${String((at + pod) % 200)}`,
    zone: `eu-central-1${'abc'.charAt(pod % 3)}`,
  }));
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-x`, namespace: namespaceOf(at), labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}

/** An Ingress of one host and two paths; `filter` is what a person edits. */
export function ingress(at: number, filter: string): BenchObject {
  const backend = { service: { name: `app-${String(at)}`, port: { number: 80 } } };
  const paths = ['/api', '/web'].map((path) => ({ path, pathType: 'Prefix', backend }));
  const annotations = { 'zalando.org/skipper-filter': filter };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: `app-${String(at)}`, namespace: namespaceOf(at), ...{ annotations } },
    spec: { ingressClassName: 'skipper', rules: [{ host: hostOf(at), http: { paths } }] },
  };
}

function routeGroup(at: number): BenchObject {
  const name = `app-${String(at)}`;
  return {
    apiVersion: 'zalando.org/v1',
    kind: 'RouteGroup',
    metadata: { name, namespace: namespaceOf(at) },
    spec: {
      hosts: [hostOf(at)],
      backends: [{ name, type: 'service', serviceName: name, servicePort: 80 }],
      defaultBackends: [{ backendName: name }],
      routes: [
        { pathSubtree: '/api', filters: ['compress()'] },
        { path: '/', methods: ['GET', 'HEAD'] },
      ],
    },
  };
}

/** The namespaces of all objects. */
export function* namespaces(size: ClusterSize): Generator<BenchObject> {
  for (let at = 0; at < objectCount(size); at += perNamespace) {
    yield { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespaceOf(at) } };
  }
}

/** All objects: one Service and one slice for each Ingress and each RouteGroup. */
export function* clusterObjects(size: ClusterSize): Generator<BenchObject> {
  for (let at = 0; at < objectCount(size); at++) {
    yield service(at);
    yield endpointSlice(at, 2 + (at % 3));
    yield at < size.ingresses ? ingress(at, 'compress()') : routeGroup(at);
  }
}
