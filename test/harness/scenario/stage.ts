/**
 * Sets the stage of a scenario: CRDs, our operator by Helm, a Skipper fleet with a backend and routes, and traffic.
 * The demo and the end-to-end tests play on the same one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { helm, installCrds, kubectl } from '../clients.ts';
import type { Cluster } from '../cluster.ts';
import { checkout } from '../layout.ts';
import { apply, endpointsReady, get, rolledOut } from './kubernetes.ts';
import { namespace, scripted, service } from './objects.ts';
import { routeGroupCrd } from './route-group-crd.ts';
import { shop, type Target } from './routes.ts';
import { skipperFleet } from './skipper.ts';

export interface Images {
  readonly skipper: string;
  /** Our own: operator, route server and the Node that runs the scenario's scripts. */
  readonly routesrv: string;
}

export interface StageOptions {
  readonly namespace: string;
  readonly images: Images;
  readonly skippers: number;
  readonly requestsPerSecond: number;
  /** Asks only for routes of this kind. Default all. */
  readonly trafficTo?: Target['kind'];
  /** Flags for `helm upgrade`, such as `--set tier=test`. */
  readonly helmArgs?: readonly string[];
}

export interface TrafficStats {
  readonly sent: number;
  readonly failed: number;
  readonly failures: readonly { readonly time: string; readonly host: string; readonly cause: string }[];
}

export const operatorNamespace = 'routesrv-system';
const backends = 2;
const release = 'routesrv-operator';
const script = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

/** Installs or upgrades the operator from the chart in this checkout. */
export async function installOperator(
  cluster: Cluster,
  image: string,
  helmArgs: readonly string[] = [],
): Promise<void> {
  const [repository = '', tag = ''] = image.split(/:(?=[^:/]*$)/);
  await helm(cluster, [
    ...['upgrade', '--install', release, join(checkout, 'charts/routesrv-operator')],
    ...['--namespace', operatorNamespace, '--create-namespace', '--wait', '--timeout', '3m'],
    ...['--set', `image.repository=${repository}`, '--set', `image.tag=${tag}`],
    ...helmArgs,
  ]);
}

export async function uninstallOperator(cluster: Cluster): Promise<void> {
  await helm(cluster, ['uninstall', release, '--namespace', operatorNamespace, '--wait', '--ignore-not-found']);
  await kubectl(cluster, ['delete', 'namespace', operatorNamespace, '--ignore-not-found']);
}

/** RouteGroups as Skipper defines them, unless the cluster has them already. */
export async function installRouteGroups(cluster: Cluster): Promise<void> {
  const present = await get(cluster, ['crd', 'routegroups.zalando.org']);
  if (present === undefined) await installCrds(cluster, [await routeGroupCrd()]);
}

/**
 * The fleet, its backend and its routes; resolves when all are ready.
 *
 * In the order that docs/guide/upstream.md advises: a Skipper that started before its backends were there would answer
 * 502 until its next poll, and may begin to be asked only when the traffic is counted already.
 */
export async function raiseFleet(cluster: Cluster, options: StageOptions): Promise<void> {
  const { namespace: ns, images, skippers } = options;
  const { manifests } = shop(ns, 'echo');
  await apply(cluster, [namespace(ns)]);
  await apply(cluster, [
    ...scripted({
      name: 'echo',
      namespace: ns,
      image: images.routesrv,
      replicas: backends,
      script: script('echo.mjs'),
    }),
    service({ name: 'echo', namespace: ns }),
    ...manifests,
  ]);
  await rolledOut(cluster, ns, 'echo');
  await endpointsReady(cluster, ns, 'echo', backends);
  await apply(cluster, skipperFleet({ name: 'skipper', namespace: ns, image: images.skipper, replicas: skippers }));
  await rolledOut(cluster, ns, 'skipper');
}

/** Starts the traffic and resolves when every target is answered by every Skipper; counting begins there. */
export async function startTraffic(cluster: Cluster, options: StageOptions): Promise<void> {
  const { namespace: ns, images, requestsPerSecond, trafficTo } = options;
  const { targets } = shop(ns, 'echo');
  const env = {
    SERVICE: `skipper.${ns}.svc.cluster.local`,
    TARGETS: JSON.stringify(targets.filter(({ kind }) => trafficTo === undefined || kind === trafficTo)),
    PER_SECOND: String(requestsPerSecond),
  };
  const traffic = {
    name: 'traffic',
    namespace: ns,
    image: images.routesrv,
    replicas: 1,
    script: script('traffic.mjs'),
  };
  await apply(cluster, scripted({ ...traffic, env }));
  await rolledOut(cluster, ns, 'traffic');
}

/** What the traffic has counted since it was started. */
export async function trafficStats(cluster: Cluster, ns: string): Promise<TrafficStats> {
  const path = `/api/v1/namespaces/${ns}/pods/${await trafficPod(cluster, ns)}:8080/proxy/`;
  return JSON.parse(await kubectl(cluster, ['get', '--raw', path])) as TrafficStats;
}

async function trafficPod(cluster: Cluster, ns: string): Promise<string> {
  const name = ['-o', 'jsonpath={.items[0].metadata.name}', '--field-selector=status.phase=Running'];
  return kubectl(cluster, ['-n', ns, 'get', 'pods', '-l', 'app=traffic', ...name]);
}
