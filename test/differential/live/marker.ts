/**
 * Gets the number of a batch; gives objects that are written after it, and whether a table tells of them.
 *
 * Each kind has a watch of its own. One Ingress route is made of an Ingress, a Service and its endpoints, so it and the
 * route of a RouteGroup show that everything before them was read, of every kind. The original lists Ingresses first:
 * where it has the Ingress, it has listed all else later.
 */
import type { Json } from '../arbitraries/services.ts';

const name = 'marker';
/** Ports of the Service; those of its endpoints lie beyond all of them. */
const firstPort = 10_000;
const endpointsBeyond = 20_000;

function portsOf(batch: number) {
  return { name: `p${batch}`, port: firstPort + batch };
}

function addressOf(batch: number): string {
  return `10.66.${Math.floor(batch / 250)}.${1 + (batch % 250)}`;
}

/** In an order in which each may be written. */
export function markers(batch: number, namespace: string, withSlices: boolean): readonly Json[] {
  const metadata = { namespace, name };
  const { name: portName, port } = portsOf(batch);
  const target = { name: portName, port: port + endpointsBeyond, protocol: 'TCP' };
  const ip = addressOf(batch);
  const service = { name, port: { name: portName } };
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }];
  const ports = [{ name: portName, port, targetPort: port, protocol: 'TCP' }];
  const behind = withSlices
    ? {
        kind: 'EndpointSlice',
        metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
        addressType: 'IPv4',
        endpoints: [{ addresses: [ip], conditions: { ready: true } }],
        ports: [target],
      }
    : { kind: 'Endpoints', metadata, subsets: [{ addresses: [{ ip }], ports: [target] }] };
  const closed = { backends: [{ name: 'none', type: 'shunt' }], defaultBackends: [{ backendName: 'none' }] };
  return [
    { kind: 'Service', metadata, spec: { clusterIP: 'None', ports } },
    behind,
    { kind: 'RouteGroup', metadata, spec: { hosts: [`group-${batch}.example.org`], ...closed } },
    { kind: 'Ingress', metadata, spec: { rules: [{ host: `batch-${batch}.example.org`, http: { paths } }] } },
  ];
}

/** Whether the table was made when the markers of this batch had been read. With `forceService` no endpoints are. */
export function tellsOf(table: string, batch: number, forceService: boolean): boolean {
  const { port } = portsOf(batch);
  const address = forceService ? `:${port}"` : `//${addressOf(batch)}:${port + endpointsBeyond}"`;
  const lines = table.split('\n');
  const ofIngress = lines.some((line) => line.includes(`batch-${batch}[.]`) && line.includes(address));
  return ofIngress && lines.some((line) => line.includes(`group-${batch}[.]`));
}
