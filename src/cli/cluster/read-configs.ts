/** Gets which cluster, namespace and name a person means; gives the RouteServerConfigs there, as the API server has them. */
import { isNotFound, KubeClient, kinds } from '../../kube/index.ts';
import type { ClusterConfig, KubeObject } from '../../kube/index.ts';
import { Failure } from '../failure.ts';
import { connect, messageOf } from './connect.ts';
import type { WantedCluster } from './connect.ts';

/** What is not given is as kubectl has it. */
export interface Wanted extends WantedCluster {
  /** `''` for all. */
  readonly namespace?: string;
  readonly name?: string;
}

export interface FoundConfigs {
  /** Where they were looked for; `''` for everywhere. */
  readonly namespace: string;
  readonly objects: readonly KubeObject[];
}

/** @throws Failure when there is no cluster to ask, or no answer */
export async function readConfigs(wanted: Wanted): Promise<FoundConfigs> {
  const config = connect(wanted);
  try {
    const namespace = wanted.namespace ?? config.namespace;
    return { namespace, objects: await read(config, namespace, wanted.name) };
  } finally {
    await config.close();
  }
}

async function read(config: ClusterConfig, namespace: string, name?: string): Promise<readonly KubeObject[]> {
  const client = new KubeClient({ config, userAgent: 'kubectl-routesrv' });
  const kind = kinds.RouteServerConfig;
  try {
    if (name !== undefined) return [await client.get(kind, { namespace, name })];
    return (await client.list(kind, namespace === '' ? {} : { namespace })).items;
  } catch (error) {
    throw new Failure(messageOf(error) + (isNotFound(error) ? `; ${whatIsMissing(name)}` : ''));
  }
}

// Of a kind that it does not know, the API server says nothing but 404.
function whatIsMissing(name: string | undefined): string {
  if (name === undefined) return 'is the CRD routeserverconfigs.routesrv.dev installed?';
  return 'kubectl-routesrv status -A shows those that there are';
}
