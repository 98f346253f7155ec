/**
 * Gets the EndpointSlices of one Service, gives its endpoints as Skipper's Kubernetes data client would write them
 * (docs/guide/balancer-kubernetes.md): this decides where keys go.
 */
import type { EndpointInput } from '../balancer/index.ts';
import { Cursor } from '../kube/index.ts';

export interface SliceEndpoint {
  readonly address: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly zone: string | undefined;
  readonly node: string | undefined;
  readonly pod: string | undefined;
}

interface SlicePort {
  readonly name: string;
  readonly port: number;
  readonly appProtocol: string;
}

/** What counts of an EndpointSlice. */
export interface Slice {
  /** Name of the EndpointSlice. */
  readonly name: string;
  readonly endpoints: readonly SliceEndpoint[];
  /** TCP ports; undefined for `ports: null`: such a slice says nothing about its Service. */
  readonly ports: readonly SlicePort[] | undefined;
}

/** Which of a Service's ports is meant, and how it is spoken to. */
export interface PortChoice {
  /** Name of the Service's port, or number of the pods' port. Unset: the only one that there is. */
  readonly port?: string | number;
  /** Default by the port's appProtocol: `h2c` for kubernetes.io/h2c, else `http`. */
  readonly scheme?: 'http' | 'https' | 'h2c';
}

/** An EndpointSlice as the API server sends it. */
export interface RawSlice {
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

/** Decodes one EndpointSlice. @throws DecodeError */
export function decodeSlice(raw: RawSlice): Slice {
  const { name } = raw.metadata;
  const slice = new Cursor(raw, `EndpointSlice ${name}`);
  return {
    name,
    endpoints: slice
      .field('endpoints')
      .items()
      .flatMap((endpoint) => endpointOf(endpoint)),
    ports: slice.field('ports').optional((ports) => ports.items().flatMap((port) => portOf(port))),
  };
}

/** None without an address; only the first address counts, the others are names of the same pod. */
function endpointOf(endpoint: Cursor): readonly SliceEndpoint[] {
  const [address] = endpoint.field('addresses').items();
  if (address === undefined) return [];
  const conditions = endpoint.field('conditions');
  return [
    {
      address: address.string(),
      // What is not known counts as ready; `serving` does not count at all.
      ready: conditions.field('ready').optional((ready) => ready.boolean()) ?? true,
      terminating: conditions.field('terminating').optional((terminating) => terminating.boolean()) ?? false,
      zone: endpoint.field('zone').optional((zone) => zone.string()),
      node: endpoint.field('nodeName').optional((node) => node.string()),
      pod: endpoint
        .field('targetRef')
        .field('name')
        .optional((pod) => pod.string()),
    },
  ];
}

function portOf(port: Cursor): readonly SlicePort[] {
  const protocol = port.field('protocol').optional((one) => one.string()) ?? 'TCP';
  const number = port.field('port').optional((one) => one.number());
  if (protocol !== 'TCP' || number === undefined) return [];
  return [
    {
      name: port.field('name').optional((one) => one.string()) ?? '',
      port: number,
      appProtocol: port.field('appProtocol').optional((one) => one.string()) ?? '',
    },
  ];
}

/**
 * The ready endpoints, by address. While a pod moves between slices it can be in several: one that says `terminating`
 * outweighs all that say `ready`. The ports are those of the last slice by name.
 * @throws Error when the port is not there, or when there are several and none was named
 */
export function endpointsOf(slices: readonly Slice[], choice: PortChoice): readonly EndpointInput[] {
  const relevant = slices.filter(({ ports }) => ports !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const all = relevant.flatMap(({ endpoints }) => endpoints);
  const terminating = new Set(all.filter((endpoint) => endpoint.terminating).map(({ address }) => address));
  const ready = new Map(
    all.filter((one) => one.ready && !terminating.has(one.address)).map((one) => [one.address, one]),
  );
  if (ready.size === 0) return [];
  const port = choosePort(relevant.at(-1)?.ports ?? [], choice.port);
  const scheme = choice.scheme ?? (port.appProtocol === 'kubernetes.io/h2c' ? 'h2c' : 'http');
  return Array.from(ready.values(), (one) =>
    inputOf(one, `${scheme}://${joinHostPort(one.address, port.port)}`),
  ).toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

function choosePort(ports: readonly SlicePort[], wanted: string | number | undefined): SlicePort {
  const found = wanted === undefined ? ports : ports.filter(({ name, port }) => name === wanted || port === wanted);
  const [first] = found;
  if (first !== undefined && (found.length === 1 || wanted !== undefined)) return first;
  const known = ports.map(({ name, port }) => (name === '' ? port : `${name} (${port})`)).join(', ');
  const mistake =
    wanted === undefined ? 'has not exactly one TCP port: name the one to use' : `has no TCP port ${wanted}`;
  throw new Error(`the Service ${mistake}; there are: ${known === '' ? 'none' : known}`);
}

function inputOf({ zone, node, pod }: SliceEndpoint, address: string): EndpointInput {
  return {
    address,
    ...(zone === undefined ? {} : { zone }),
    ...(node === undefined ? {} : { node }),
    ...(pod === undefined ? {} : { pod }),
  };
}

function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
