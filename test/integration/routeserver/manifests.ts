/** Gives manifests for tests: a small cluster with one of everything that a table is made of. */

/** An Ingress, a RouteGroup, and a Service with endpoints in two zones for each. */
export function aCluster(version = 'one'): string {
  return [
    ingress('shop', 'shop.example.org', version),
    routeGroup('api', 'api.example.org'),
    ...workload('shop'),
    ...workload('api'),
  ].join('\n---\n');
}

/** An Ingress for a Service of the same name. `version` ends up in a filter of its route. */
export function ingress(name: string, host: string, version: string): string {
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: default
  annotations:
    zalando.org/skipper-filter: setResponseHeader("X-Version", "${version}")
spec:
  rules:
    - host: ${host}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: ${name}, port: { name: web } } }`;
}

export function routeGroup(name: string, host: string): string {
  return `
apiVersion: zalando.org/v1
kind: RouteGroup
metadata: { name: ${name}, namespace: default }
spec:
  hosts: [${host}]
  backends:
    - { name: main, type: service, serviceName: ${name}, servicePort: 80 }
    - { name: closed, type: shunt }
  defaultBackends: [{ backendName: main }]
  routes:
    - { pathSubtree: / }
    - { path: /closed, filters: ['status(404)'], backends: [{ backendName: closed }] }`;
}

/** A Service with its Endpoints and its EndpointSlice: three pods in one zone, one in another. */
export function workload(name: string): readonly string[] {
  const pods = ['10.2.0.1', '10.2.0.2', '10.2.0.3', '10.2.1.1'];
  const zones = ['zone-a', 'zone-a', 'zone-a', 'zone-b'];
  const slice = pods.map(
    (ip, at) => `  - { addresses: [${ip}], conditions: { ready: true }, zone: ${zones[at] ?? ''} }`,
  );
  return [
    `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: default }
spec:
  type: ClusterIP
  ports: [{ name: web, port: 80, protocol: TCP, targetPort: 8080 }]`,
    `
apiVersion: v1
kind: Endpoints
metadata: { name: ${name}, namespace: default }
subsets:
  - addresses: [${pods.map((ip) => `{ ip: ${ip} }`).join(', ')}]
    ports: [{ name: web, port: 8080, protocol: TCP }]`,
    `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-x, namespace: default, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: web, port: 8080, protocol: TCP }]
endpoints:
${slice.join('\n')}`,
  ];
}

/** Enough of Skipper's CRD for an API server to keep RouteGroups. */
export const routeGroupCrd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: routegroups.zalando.org, annotations: { api-approved.kubernetes.io: unapproved } }
spec:
  group: zalando.org
  scope: Namespaced
  names: { kind: RouteGroup, listKind: RouteGroupList, plural: routegroups, singular: routegroup }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }`;
