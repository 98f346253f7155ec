/** Gets contexts of a kubeconfig; gives the RouteServerConfigs of each cluster, or why it could not be asked. */
import { decodeRouteServerConfig, type RouteServerConfig } from '../../api/index.ts';
import { Failure } from '../failure.ts';
import { readConfigs, type Wanted } from './read-configs.ts';

export interface SeenCluster {
  readonly context: string;
  readonly configs: readonly RouteServerConfig[];
  /** Why it was not seen, or not all of it. */
  readonly problems: readonly string[];
}

/** Asks all clusters at once; one that does not answer keeps nobody from hearing of the others. */
export function readClusters(
  contexts: readonly string[],
  wanted: Pick<Wanted, 'kubeconfig' | 'namespace'>,
): Promise<readonly SeenCluster[]> {
  return Promise.all(contexts.map((context) => readCluster(context, wanted)));
}

async function readCluster(context: string, wanted: Pick<Wanted, 'kubeconfig' | 'namespace'>): Promise<SeenCluster> {
  try {
    const { objects } = await readConfigs({ ...wanted, context });
    const decoded = objects.map((object) => ({ name: object.metadata.name, result: decodeRouteServerConfig(object) }));
    return {
      context,
      configs: decoded.flatMap(({ result }) => (result.ok ? [result.config] : [])),
      problems: decoded.flatMap(({ name, result }) => (result.ok ? [] : [`${name}: ${result.problems.join('; ')}`])),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { context, configs: [], problems: error.messages };
  }
}
