/**
 * Gets URLs of tables of other replicas; gives the freshest of those tables, with the shards that are served beside it.
 *
 * A name with several addresses, as of a headless Service, stands for all of them. Whether a table is whole is told by
 * Content-Length, the checksum of gzip, and `X-Count`, so that the original is as good a peer as ours.
 */
import { lookup } from 'node:dns/promises';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as getTls } from 'node:https';
import { isIP } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Clock } from '../../runtime/index.ts';
import { sourceAgeHeader } from '../http/routes-handler.ts';
import type { ShardService } from '../options.ts';
import { addressesInBody } from '../shards.ts';
import type { KeptShards } from '../shards.ts';
import { snapshotOf, UnusableTable } from './kept-table.ts';
import type { KeptTable } from './kept-table.ts';
/** A peer answers from memory; one that takes longer than this is none. */
const deadlineMs = 10_000;
const inflate = promisify(gunzip);

export interface PeersOptions {
  readonly urls: readonly string[];
  /** For https URLs: CAs of peers, and what is shown to them. */
  readonly tls: SecureContextOptions;
  /** The stores whose shards are wanted too. */
  readonly stores: readonly ShardService['store'][];
  readonly clock: Clock;
  /** Told why a peer could not help. */
  readonly onFailure: (address: string, error: unknown) => void;
}

/** Asks every address of every URL; undefined when none has a table. */
export async function askPeers(options: PeersOptions): Promise<KeptTable | undefined> {
  const addresses = (await Promise.all(options.urls.map((url) => addressesOf(url, options)))).flat();
  const tables = await Promise.all(addresses.map((address) => tableOf(address, options)));
  const [freshest] = tables.flatMap((table) => table ?? []).sort((a, b) => b.dataAtMs - a.dataAtMs);
  return freshest;
}

interface PeerAddress {
  readonly url: URL;
  readonly address: string;
}

async function addressesOf(text: string, { onFailure }: PeersOptions): Promise<readonly PeerAddress[]> {
  try {
    const url = new URL(text);
    const found = await lookup(url.hostname.replaceAll(/^\[|\]$/g, ''), { all: true });
    return found.map(({ address }) => ({ url, address }));
  } catch (error) {
    onFailure(text, error);
    return [];
  }
}

async function tableOf(peer: PeerAddress, options: PeersOptions): Promise<KeptTable | undefined> {
  const { clock, tls, onFailure } = options;
  try {
    const { headers, text } = await download(peer, tls);
    const ageSeconds = Number(headers[sourceAgeHeader.toLowerCase()] ?? 0);
    const routes = Number(headers['x-count']);
    const publishedAtMs = Date.parse(headers['last-modified'] ?? '');
    if (!Number.isFinite(ageSeconds + routes + publishedAtMs)) throw new UnusableTable('the answer is no table');
    const snapshot = await snapshotOf(text, { routes, publishedAtMs }, clock);
    const dataAtMs = clock.now() - ageSeconds * 1000;
    return { snapshot, dataAtMs, shards: await shardsOf(peer, options) };
  } catch (error) {
    onFailure(`${peer.url.href} (${peer.address})`, error);
    return undefined;
  }
}

/** A table without shards is better than none: a peer may have other flags. */
async function shardsOf(peer: PeerAddress, { stores, tls, onFailure }: PeersOptions): Promise<KeptShards> {
  const found = stores.map(async (store) => {
    const url = new URL(`/swarm/${store}/shards`, peer.url);
    try {
      const { text } = await download({ ...peer, url }, tls);
      return [[store, addressesInBody(text)] as const];
    } catch (error) {
      onFailure(`${url.href} (${peer.address})`, error);
      return [];
    }
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}

interface Download {
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

function download({ url, address }: PeerAddress, tls: SecureContextOptions): Promise<Download> {
  const { host, hostname, pathname, search, port, protocol } = url;
  const headers = { host, 'accept-encoding': 'gzip', 'user-agent': 'routesrv-peer' };
  const signal = AbortSignal.timeout(deadlineMs);
  return new Promise((resolve, reject) => {
    const options = { host: address, port, path: pathname + search, headers, signal, agent: false as const };
    const take = (response: IncomingMessage): void => {
      read(response).then(resolve, reject);
    };
    // The certificate is for the name, whichever of its addresses this is.
    const named = isIP(hostname.replaceAll(/^\[|\]$/g, '')) === 0 ? { servername: hostname } : {};
    const sent = protocol === 'https:' ? getTls({ ...options, ...tls, ...named }, take) : get(options, take);
    sent.on('error', reject);
  });
}

/** Rejects where the body ends before its Content-Length. */
async function read(response: IncomingMessage): Promise<Download> {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  const { statusCode, headers } = response;
  if (statusCode !== 200) throw new UnusableTable(`the peer has no table (status ${statusCode ?? 0})`);
  const body = Buffer.concat(parts);
  const text = headers['content-encoding'] === 'gzip' ? await inflate(body) : body;
  return { headers, text: text.toString() };
}
