/**
 * Gets which RouteServerConfig a person means; gives the tables of the two Skippers that its operator compares, read
 * through the API server with the person's own rights (`get` on `pods/proxy`).
 */
import { decodeRouteServerConfig, type RouteServerConfig } from '../../api/index.ts';
import { KubeClient, kinds, type ClusterConfig, type ObjectKey, type PodAnswer } from '../../kube/index.ts';
import type { RejectedRoutes, Tolerance } from '../../shadow/index.ts';
import { Failure } from '../failure.ts';
import type { NamedTable } from '../table/read-table.ts';
import { connect } from './connect.ts';
import { fleetPair } from './fleet-pair.ts';
import type { Wanted } from './read-configs.ts';

export interface FleetTables {
  readonly direct: NamedTable;
  readonly fed: NamedTable;
  /** `spec.shadow.tolerate`. */
  readonly tolerate: readonly Tolerance[];
}

/** More routes than any table has: a real fleet's has 110,000. */
const everyRoute = '/routes?limit=10000000&nopretty';
/** The same of those that a Skipper was given and could not put to use, each with its reason as JSON only. */
const everyRejected = '/routes?invalid=true&limit=10000000';

/** @throws Failure when there is no such config, no such pair of Skippers, or no answer */
export async function readFleetTables(
  wanted: Wanted & { readonly name: string },
  timeoutMs: number,
): Promise<FleetTables> {
  const cluster = connect(wanted);
  try {
    return await read(cluster, { namespace: wanted.namespace ?? cluster.namespace, name: wanted.name }, timeoutMs);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(error instanceof Error ? error.message : String(error));
  } finally {
    await cluster.close();
  }
}

async function read(
  cluster: ClusterConfig,
  key: { readonly namespace: string; readonly name: string },
  timeoutMs: number,
): Promise<FleetTables> {
  const client = new KubeClient({ config: cluster, userAgent: 'kubectl-routesrv', timeoutMs });
  const config = configIn(decodeRouteServerConfig(await client.get(kinds.RouteServerConfig, key)));
  const { items } = await client.list(kinds.Pod, { namespace: key.namespace });
  const pair = fleetPair(config, items);
  const table = async (pod: string): Promise<NamedTable> => {
    const place = { namespace: key.namespace, name: pod };
    const { text, headers } = await client.askPod(place, config.spec.skipper.supportPort, everyRoute);
    return { name: pod, text, expectedRoutes: countIn(headers) };
  };
  const [direct, fed, rejected] = await Promise.all([
    table(pair.direct),
    table(pair.fed),
    rejectedBy(client, { namespace: key.namespace, name: pair.fed }, config.spec.skipper.supportPort),
  ]);
  return { direct, fed: { ...fed, rejected }, tolerate: config.spec.shadow.tolerate };
}

async function rejectedBy(client: KubeClient, pod: ObjectKey, port: number): Promise<RejectedRoutes> {
  const { text, headers } = await client.askPod(pod, port, everyRejected, { accept: 'application/json' });
  return { count: countIn(headers) ?? 0, listing: text };
}

/** How many routes a Skipper says there are. */
function countIn(headers: PodAnswer['headers']): number | undefined {
  const count = Number(headers['x-count']);
  return Number.isInteger(count) ? count : undefined;
}

function configIn(decoded: ReturnType<typeof decodeRouteServerConfig>): RouteServerConfig {
  if (decoded.ok) return decoded.config;
  throw new Failure(...decoded.problems.map(String));
}
