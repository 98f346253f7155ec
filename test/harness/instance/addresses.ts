/** Ports and networks of an instance, as a function of its index: two instances never share one. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Ports on this machine. They lie below the range from which the kernel picks ports for outgoing connections. */
export type Ports = Readonly<Record<'etcdClient' | 'etcdPeer' | 'apiServer', number>>;

/** Networks of an instance with a node, all IPv4. */
export interface Networks {
  readonly podCidr: string;
  /** The node's own address in the pod network. */
  readonly podGateway: string;
  readonly serviceCidr: string;
  /** First address of the service network: `kubernetes.default`. */
  readonly apiServerService: string;
  readonly dnsService: string;
  /** This machine's end and the node's end of the cable between them. */
  readonly hostAddress: string;
  readonly nodeAddress: string;
}

const firstPort = 21_000;
const portsPerInstance = 4;

/** How many instances may run side by side, and how many of them may have a node (each takes a /16 for Services). */
export const limits = { 'control-plane': 200, node: 16 } as const;

/** The ports of the instance with that index. */
export function portsOf(index: number): Ports {
  const base = firstPort + index * portsPerInstance;
  return { etcdClient: base, etcdPeer: base + 1, apiServer: base + 2 };
}

/** The networks of the instance with that index; nodes exist for indices below 16 only. */
export function networksOf(index: number): Networks {
  const services = `10.${96 + (index % limits.node)}.0`;
  return {
    podCidr: `10.244.${index}.0/24`,
    podGateway: `10.244.${index}.1`,
    serviceCidr: `${services}.0/16`,
    apiServerService: `${services}.1`,
    dnsService: `${services}.10`,
    hostAddress: `10.245.${index}.1`,
    nodeAddress: `10.245.${index}.2`,
  };
}

/** URL of the API server as a node sees it: at the other end of its cable. */
export const serverForNode = (index: number): string =>
  `https://${networksOf(index).hostAddress}:${portsOf(index).apiServer}`;

/** True when nobody listens on any of the ports. */
export async function areFree(ports: Ports): Promise<boolean> {
  for (const port of Object.values(ports)) if (!(await isFree(port))) return false;
  return true;
}

/** True when this machine already reaches something else in one of the networks (a VPN, another cluster). */
export function areTaken(networks: Networks): boolean {
  const wanted = [networks.podCidr, networks.serviceCidr, `${networks.hostAddress}/30`].map(parseCidr);
  const present = [...routes(), ...interfaces()];
  return wanted.some((cidr) => present.some((other) => overlap(cidr, other)));
}

/** An IPv4 network as numbers. */
export interface Cidr {
  readonly address: number;
  readonly prefix: number;
}

/** Reads `a.b.c.d/n`. */
export function parseCidr(text: string): Cidr {
  const [address = '', prefix = '32'] = text.split('/');
  return { address: address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0), prefix: Number(prefix) };
}

/** True when the two networks have an address in common. */
export function overlap(a: Cidr, b: Cidr): boolean {
  const size = 2 ** (32 - Math.min(a.prefix, b.prefix));
  return Math.floor(a.address / size) === Math.floor(b.address / size);
}

/** Reads /proc/net/route: addresses there are hexadecimal with the last byte first. The default route is left out. */
export function parseRoutes(table: string): Cidr[] {
  const reversed = (hex: string): number => Buffer.from(hex, 'hex').readUInt32LE(0);
  return table
    .trim()
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, destination = '', , , , , , mask = ''] = line.split('\t');
      const prefix = reversed(mask.trim()).toString(2).replaceAll('0', '').length;
      return prefix === 0 ? [] : [{ address: reversed(destination), prefix }];
    });
}

function routes(): Cidr[] {
  return parseRoutes(readFileSync('/proc/net/route', 'utf8'));
}

function interfaces(): Cidr[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ family, cidr }) => (family === 'IPv4' && cidr ? [parseCidr(cidr)] : []));
}

/** True when nobody listens there, at whatever address of this machine. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
