/**
 * Gets a kubeconfig or a pod's service account; gives credentials, and one connection pool for all calls.
 */
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import type { Cluster, DispatcherOptions, RequestContext, User } from '@kubernetes/client-node';
import { Agent, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { buildConnector, Dispatcher } from 'undici';
import { isMap, parseDocument } from 'yaml';

export interface LoadOptions {
  /** Path of a kubeconfig. Default as kubectl: $KUBECONFIG, ~/.kube/config, then the pod's service account. */
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Connections live this long without use: shorter than the idle limits of load balancers before API servers. */
const keepAliveMs = 30_000;
const connectTimeoutMs = 10_000;

interface Pool {
  readonly madeFor: string;
  readonly dispatcher: Dispatcher;
}

/**
 * client-node's KubeConfig with one shared dispatcher.
 *
 * client-node makes a new undici Agent for each call and each watch and never closes it: sockets pile up. Here its own
 * factory is kept from running; the pool is made once and made anew when a CA, certificate or key file has changed.
 */
export class ClusterConfig extends KubeConfig {
  #pool: Pool | undefined;
  #wanted: DispatcherOptions = { type: 'none' };

  /** Notes what a dispatcher would need, and tells client-node to make none. */
  override createDispatcherOptions(cluster: Cluster | null, tls: object): DispatcherOptions {
    this.#wanted = isPlainLoopback(cluster) ? { type: 'none' } : super.createDispatcherOptions(cluster, tls);
    return { type: 'none' };
  }

  /** Puts credentials and the shared dispatcher on a call. Files are read again each time; tokens every 60 s. */
  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    for (const [name, value] of Object.entries(context.getHeaders())) {
      // Token files often end with a line break, which is not allowed in a header.
      if (value !== value.trim()) context.setHeaderParam(name, value.trim());
    }
    context.setDispatcher(this.#dispatcher());
  }

  /** Reads a kubeconfig. `tokenFile`, which client-node overlooks, is read again every 60 s, as in a pod. */
  override loadFromString(config: string, options?: Parameters<KubeConfig['loadFromString']>[1]): void {
    super.loadFromString(config, options);
    const files = tokenFilesByUser(config);
    this.users = this.users.map((user) => {
      const tokenFile = files.get(user.name);
      if (tokenFile === undefined) return user;
      // A token of its own, which client-node reads once and for all, would win over the file.
      return { ...withoutToken(user), authProvider: { name: 'tokenFile', config: { tokenFile } } };
    });
  }

  /** Address of the API server, without a slash at its end. */
  get server(): string {
    return (this.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  }

  /** Namespace of the context, or of the pod. */
  get namespace(): string {
    return this.getContextObject(this.currentContext)?.namespace?.trim() ?? 'default';
  }

  /** Closes the pool: calls under way are cut. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.dispatcher.destroy();
  }

  #dispatcher(): Dispatcher {
    const madeFor = fingerprint(this.#wanted);
    if (this.#pool?.madeFor === madeFor) return this.#pool.dispatcher;
    // The old pool lets its calls and watches finish; new ones trust the new CA.
    void this.#pool?.dispatcher.close();
    this.#pool = { madeFor, dispatcher: makeDispatcher(this.#wanted) };
    return this.#pool.dispatcher;
  }
}

/** client-node refuses http without skipTLSVerify. To this very machine it is harmless (a test server, kubectl proxy). */
function isPlainLoopback(cluster: Cluster | null): boolean {
  if (!cluster?.server.startsWith('http:')) return false;
  const { hostname } = new URL(cluster.server);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function fingerprint(wanted: DispatcherOptions): string {
  return JSON.stringify(wanted, (_name, value: unknown) => (Buffer.isBuffer(value) ? value.toString('base64') : value));
}

function makeDispatcher(wanted: DispatcherOptions): Dispatcher {
  // HTTP/1.1 on purpose: a half-open HTTP/2 connection takes every call and watch down with it. bodyTimeout is off for
  // watches may be silent for long; every call has a deadline of its own.
  const pool = { allowH2: false, bodyTimeout: 0, headersTimeout: 0, keepAliveTimeout: keepAliveMs, pipelining: 1 };
  const connect = { timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: keepAliveMs };
  switch (wanted.type) {
    case 'none':
      return new Agent({ ...pool, connect });
    case 'agent':
      return new Agent({ ...pool, connect: { ...connect, ...tlsOf(wanted.connect) } });
    case 'proxy':
      return new ProxyAgent({ ...pool, uri: wanted.uri, requestTls: tlsOf(wanted.requestTls) });
    case 'socks':
      return new Socks5ProxyAgent(wanted.uri, { ...pool, requestTls: tlsOf(wanted.requestTls) });
  }
}

/** The TLS settings that a kubeconfig can hold. */
function tlsOf(options: ConnectionOptions): buildConnector.BuildOptions {
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  };
}

function withoutToken(user: User): User {
  const copy: { -readonly [K in keyof User]: User[K] } = { ...user };
  delete copy.token;
  return copy;
}

function tokenFilesByUser(config: string): Map<string, string> {
  const found = new Map<string, string>();
  const root: unknown = parseDocument(config).toJS();
  for (const entry of listOf(root, 'users')) {
    const [name, user] = [fieldOf(entry, 'name'), fieldOf(entry, 'user')];
    const file = fieldOf(user, 'tokenFile') ?? fieldOf(user, 'token-file');
    if (typeof name === 'string' && typeof file === 'string') found.set(name, file);
  }
  return found;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

/** Loads where the cluster is and who we are. Throws an error that names the file and what is missing in it. */
export function loadKubeConfig(options: LoadOptions = {}): ClusterConfig {
  const config = new ClusterConfig();
  if (options.kubeconfig === undefined) loadDefault(config);
  else loadFile(config, options.kubeconfig);
  if (options.context !== undefined) config.setCurrentContext(options.context);
  checkContext(config);
  return config;
}

function loadFile(config: ClusterConfig, file: string): void {
  const content = readOrExplain(file);
  const document = parseDocument(content);
  // The parser's own messages quote the file, and kubeconfigs hold tokens and keys.
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new Error(`kubeconfig ${file} is not valid YAML (line ${problem.linePos?.[0].line ?? '?'})`);
  if (!isMap(document.contents)) throw new Error(`kubeconfig ${file} is not a kubeconfig: it holds no fields`);
  config.loadFromString(content);
  config.makePathsAbsolute(dirname(file));
}

function readOrExplain(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Error(`kubeconfig ${file} cannot be read (${code}); check --kubeconfig and KUBECONFIG`, { cause: error });
  }
}

function loadDefault(config: ClusterConfig): void {
  const files = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const [only] = files;
  if (only !== undefined && files.length === 1) {
    loadFile(config, only);
    return;
  }
  config.loadFromDefault();
  // This is what client-node makes up when it found nothing at all.
  if (config.getCurrentCluster()?.server === 'http://localhost:8080') {
    throw new Error('no cluster is known: give --kubeconfig, set KUBECONFIG, or run in a pod with a service account');
  }
}

function checkContext(config: ClusterConfig): void {
  const known = config.getContexts().map(({ name }) => name);
  const context = config.getContextObject(config.currentContext);
  const hint = known.length > 0 ? `there are: ${known.join(', ')}` : 'there are none';
  if (context === null)
    throw new Error(`context ${JSON.stringify(config.currentContext)} is not in the kubeconfig; ${hint}`);
  if (config.getCurrentCluster() === null) {
    throw new Error(`context ${context.name} names cluster ${context.cluster}, which is not in the kubeconfig`);
  }
  // Without a user client-node forgets the cluster's CA too, and calls fail with a puzzling TLS error.
  if (config.getCurrentUser() === null) {
    throw new Error(`context ${context.name} names user ${context.user}, which is not in the kubeconfig`);
  }
}
