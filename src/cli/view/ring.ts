/** Gets the endpoints of a Service and perhaps a key, gives the ring that they make: who owns what, and who inherits it. */
import { Balancer } from '../../balancer/index.ts';
import type { Endpoint, EndpointInput } from '../../balancer/index.ts';
import { columns } from './columns.ts';

/** How a share of the keys moves when a pod goes. */
interface Heir {
  readonly address: string;
  readonly pod?: string;
  /** Part of all keys, 0 to 1. */
  readonly share: number;
}

interface RingRow extends EndpointInput {
  /** Part of all keys, 0 to 1. */
  readonly share: number;
  /** Who gets them if this one goes, the largest part first. */
  readonly heirs: readonly Heir[];
}

export interface RingView {
  readonly service: string;
  readonly endpoints: readonly RingRow[];
  /** Where the key that was asked for goes, now and if its owner goes. */
  readonly key?: { readonly key: string; readonly hash: string; readonly owner: string; readonly next?: string };
}

/** A consistent hash draws no numbers and looks at no clock, unless something fades in. */
const parts = { now: () => 0, random: () => 0 };

function ringOf(endpoints: readonly EndpointInput[]): Balancer {
  const balancer = new Balancer(parts);
  balancer.update(endpoints);
  return balancer;
}

const sharesOf = (balancer: Balancer): ReadonlyMap<string, number> =>
  new Map(balancer.snapshot().endpoints.map(({ endpoint, share }) => [endpoint.address, share]));

export function ringView(service: string, endpoints: readonly EndpointInput[], key: string | undefined): RingView {
  const balancer = ringOf(endpoints);
  const shares = sharesOf(balancer);
  const rows = endpoints.map((endpoint) => ({
    ...endpoint,
    share: shares.get(endpoint.address) ?? 0,
    heirs: heirsOf(endpoint, endpoints, shares),
  }));
  return { service, endpoints: rows, ...(key === undefined ? {} : { key: placeOf(key, balancer) }) };
}

/** All others keep what they have: what they gain is what moves. */
function heirsOf(
  gone: EndpointInput,
  endpoints: readonly EndpointInput[],
  before: ReadonlyMap<string, number>,
): readonly Heir[] {
  const left = endpoints.filter(({ address }) => address !== gone.address);
  if (left.length === 0) return [];
  const after = sharesOf(ringOf(left));
  return left
    .map(({ address, pod }) => ({
      address,
      ...(pod === undefined ? {} : { pod }),
      share: (after.get(address) ?? 0) - (before.get(address) ?? 0),
    }))
    .filter(({ share }) => share > 1e-12)
    .toSorted((a, b) => b.share - a.share);
}

function placeOf(key: string, balancer: Balancer): NonNullable<RingView['key']> {
  const { picked, keyHash = '' } = balancer.explain(key);
  const next = balancer.pick(key, 'utf8', [picked]);
  return { key, hash: keyHash, owner: nameOf(picked), ...(next === picked ? {} : { next: nameOf(next) }) };
}

function nameOf({ pod, address }: Pick<Endpoint, 'pod' | 'address'>): string {
  return pod ?? address;
}

const titles = ['POD', 'ADDRESS', 'NODE', 'ZONE', 'SHARE', 'IF IT GOES'];
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
/** So many heirs are named; the rest is counted. */
const mostHeirs = 3;

export function ringText({ endpoints, key }: RingView): string {
  const rows = endpoints.map(({ pod = '-', address, node = '-', zone = '-', share, heirs }) => {
    return [pod, address, node, zone, percent(share), heirsText(heirs)];
  });
  const table = columns([titles, ...rows]);
  if (key === undefined) return table;
  const next = key.next === undefined ? 'no other pod' : key.next;
  return `${table}\nkey ${JSON.stringify(key.key)} (${key.hash}): ${key.owner}; if it goes: ${next}\n`;
}

function heirsText(heirs: readonly Heir[]): string {
  if (heirs.length === 0) return 'nobody is left';
  const named = heirs.slice(0, mostHeirs).map((heir) => `${percent(heir.share)} to ${nameOf(heir)}`);
  const rest = heirs.length - named.length;
  return [...named, ...(rest === 0 ? [] : [`the rest to ${rest} more`])].join(', ');
}
