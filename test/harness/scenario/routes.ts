/** Ingresses and RouteGroups of a small shop: what the fleet of a scenario has to route, and what must come back. */
import type { Manifest } from './objects.ts';

const filterAnnotation = 'zalando.org/skipper-filter';
const predicateAnnotation = 'zalando.org/skipper-predicate';

/** A request that must be answered with 200 by the backend. */
export interface Target {
  /** What its route comes from. */
  readonly kind: 'Ingress' | 'RouteGroup';
  readonly host: string;
  readonly path: string;
}

export interface Shop {
  readonly manifests: readonly Manifest[];
  readonly targets: readonly Target[];
}

/** `backend` is the name of a Service with port 80 (`http`) in `namespace`. */
export function shop(namespace: string, backend: string): Shop {
  const parts = [
    ...['catalog', 'cart', 'search'].map((name) => plainIngress(namespace, name, backend)),
    filteredIngress(namespace, backend),
    ...['payments', 'reviews'].map((name) => routeGroup(namespace, name, backend)),
  ];
  return {
    manifests: [...parts.map(({ manifest }) => manifest), rejectedIngress(namespace, backend)],
    targets: parts.flatMap(({ targets }) => targets),
  };
}

interface Part {
  readonly manifest: Manifest;
  readonly targets: readonly Target[];
}

function plainIngress(namespace: string, name: string, backend: string): Part {
  const host = `${name}.example.org`;
  return {
    manifest: ingress({ namespace, name, host, path: '/', backend }),
    targets: [
      { kind: 'Ingress', host, path: '/' },
      { kind: 'Ingress', host, path: '/deep/er?a=1' },
    ],
  };
}

function filteredIngress(namespace: string, backend: string): Part {
  const host = 'api.example.org';
  const annotations = {
    [filterAnnotation]: 'setPath("/") -> setResponseHeader("X-Shop", "a \\"b\\"")',
    [predicateAnnotation]: 'Method("GET")',
  };
  return {
    manifest: ingress({ namespace, name: 'api', host, path: '/v1', backend, annotations }),
    targets: [{ kind: 'Ingress', host, path: '/v1/items' }],
  };
}

/** Compiles well and is rejected by every Skipper, for no filter has that name: it must not count as a difference. */
function rejectedIngress(namespace: string, backend: string): Manifest {
  const annotations = { [filterAnnotation]: 'noSuchFilter()' };
  return ingress({ namespace, name: 'rejected', host: 'rejected.example.org', path: '/', backend, annotations });
}

function routeGroup(namespace: string, name: string, backend: string): Part {
  const host = `${name}.example.org`;
  return {
    manifest: {
      apiVersion: 'zalando.org/v1',
      kind: 'RouteGroup',
      metadata: { name, namespace },
      spec: {
        hosts: [host],
        backends: [{ name: backend, type: 'service', serviceName: backend, servicePort: 80 }],
        defaultBackends: [{ backendName: backend }],
        routes: [
          { pathSubtree: '/' },
          { pathSubtree: '/q', methods: ['GET', 'HEAD'], predicates: ['QueryParam("x", "^1/2$")'] },
        ],
      },
    },
    targets: [
      { kind: 'RouteGroup', host, path: '/' },
      { kind: 'RouteGroup', host, path: '/q?x=1/2' },
    ],
  };
}

interface IngressOptions {
  readonly host: string;
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
  readonly backend: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

function ingress({ namespace, name, host, path, backend, annotations = {} }: IngressOptions): Manifest {
  const http = {
    paths: [{ path, pathType: 'Prefix', backend: { service: { name: backend, port: { name: 'http' } } } }],
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, annotations },
    spec: { rules: [{ host, http }] },
  };
}
