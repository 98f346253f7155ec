/** Gives Services and their endpoints in both forms, as the API server hands them out, and some that it never would. */
import fc from 'fast-check';
import { mostly, zones } from './words.ts';

export type Json = Readonly<Record<string, unknown>>;
const some = { requiredKeys: [] };

/**
 * Ports that share none of these fields, as an API server demands. The original remembers the endpoints of a Service by
 * target port: where two ports share it, whichever object is compiled first decides for all (docs/guide/parity.md).
 */
function uniqueIn(
  port: fc.Arbitrary<Json>,
  fields: readonly string[],
  maxLength: number,
): fc.Arbitrary<readonly Json[]> {
  const textOf = (value: unknown) => (typeof value === 'number' ? String(value) : (value ?? ''));
  const share = (a: Json, b: Json) => fields.some((field) => textOf(a[field]) === textOf(b[field]));
  return fc.uniqueArray(port, { maxLength, comparator: share });
}

const portName = fc.constantFrom('http', 'metrics', '');
const portNumber = fc.constantFrom(80, 443, 8080);
const targetPort = fc.constantFrom<number | string>(8080, 443, 9090, 'http', 'metrics', 'nobody', '8080');
// Without a target port, which an API server fills in, the original crashes.
const servicePort = fc.record(
  { name: portName, port: portNumber, targetPort, protocol: fc.constant('TCP') },
  { requiredKeys: ['port', 'targetPort'] },
);
const serviceType = mostly(
  fc.constantFrom('ClusterIP', 'ClusterIP', 'ClusterIP', 'ExternalName'),
  fc.constantFrom('NodePort', 'LoadBalancer', '', 'clusterip'),
  6,
);

const serviceSpec = fc.record(
  {
    type: serviceType,
    clusterIP: fc.constantFrom('10.3.0.1', 'None'),
    // One with a quote, which an API server refuses, keeps the original from making any table.
    externalName: fc.constantFrom('ext.example.com', 'other.example.net', '10.9.0.1', ''),
    ports: uniqueIn(servicePort, ['name', 'port', 'targetPort'], 3),
  },
  { requiredKeys: ['type', 'ports', 'externalName'] },
);

const ip = fc.oneof(
  { weight: 9, arbitrary: fc.nat(9).map((last) => `10.2.0.${last}`) },
  { weight: 1, arbitrary: fc.constantFrom('fd00::1', 'fd00::2') },
);
const conditions = mostly(
  fc.constantFrom<Json>({ ready: true }, { ready: true, serving: true, terminating: false }, {}),
  fc.constantFrom<Json | null>(
    { ready: false },
    { ready: true, terminating: true },
    { ready: false, serving: true, terminating: true },
    { ready: null },
    null,
  ),
  5,
);
const sliceEndpoint = fc.record(
  {
    addresses: fc.array(ip, { minLength: 1, maxLength: 2 }),
    conditions,
    zone: fc.constantFrom(...zones),
    nodeName: fc.constant('node-1'),
  },
  { requiredKeys: ['addresses'] },
);
const slicePort = fc.record(
  {
    name: portName,
    port: fc.constantFrom(8080, 443, 9090),
    protocol: mostly(fc.constant('TCP'), fc.constant('UDP')),
    appProtocol: fc.constantFrom('kubernetes.io/h2c', 'http'),
  },
  { requiredKeys: ['port', 'protocol'] },
);
const slicePorts = mostly(uniqueIn(slicePort, ['name'], 2), fc.constant(null));
const slice = fc.record(
  {
    addressType: fc.constant('IPv4'),
    endpoints: fc.array(sliceEndpoint, { maxLength: 8 }),
    ports: slicePorts,
  },
  { requiredKeys: ['endpoints'] },
);

const endpointPort = fc.record({
  name: portName,
  port: fc.constantFrom(8080, 443, 9090),
  protocol: fc.constant('TCP'),
});
const subset = fc.record(
  {
    addresses: fc.array(fc.record({ ip, nodeName: fc.constant('node-1') }), { maxLength: 4 }),
    notReadyAddresses: fc.array(fc.record({ ip }), { maxLength: 1 }),
    ports: uniqueIn(endpointPort, ['name'], 2),
  },
  some,
);

/** One Service with what stands behind it; each of them may be missing. */
export function serviceObjects(namespace: string, name: string): fc.Arbitrary<readonly Json[]> {
  const metadata = { name, namespace };
  const sliceOf = (index: number) =>
    slice.map((fields) => ({
      kind: 'EndpointSlice',
      metadata: { name: `${name}-${index}`, namespace, labels: { 'kubernetes.io/service-name': name } },
      ...fields,
    }));
  const service = serviceSpec.map((spec) => ({ kind: 'Service', metadata, spec }));
  const endpoints = fc.array(subset, { maxLength: 2 }).map((subsets) => ({ kind: 'Endpoints', metadata, subsets }));
  return fc
    .tuple(
      mostly(service, fc.constantFrom(null, { kind: 'Service', metadata, spec: null })),
      fc.option(endpoints, { freq: 5 }),
      fc.option(sliceOf(1), { freq: 5 }),
      fc.option(sliceOf(2), { freq: 1 }),
    )
    .map((objects) => objects.filter((object) => object !== null));
}
