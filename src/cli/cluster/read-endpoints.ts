/** Gets a Service, gives its ready endpoints as Skipper would write them. */
import type { EndpointInput } from '../../balancer/index.ts';
import { decodeSlice, endpointsOf } from '../../balancer-kubernetes/index.ts';
import type { PortChoice } from '../../balancer-kubernetes/index.ts';
import { KubeClient, kinds } from '../../kube/index.ts';
import { Failure } from '../failure.ts';
import { connect, messageOf } from './connect.ts';
import type { WantedCluster } from './connect.ts';

export interface WantedService extends WantedCluster, PortChoice {
  /** `name`, in the context's namespace, or `namespace/name`. */
  readonly service: string;
}

export interface FoundEndpoints {
  /** `namespace/name`. */
  readonly service: string;
  readonly endpoints: readonly EndpointInput[];
}

/** @throws Failure when there is no cluster to ask, no answer, no ready endpoint, or more than one port */
export async function readEndpoints(wanted: WantedService): Promise<FoundEndpoints> {
  const config = connect(wanted);
  try {
    const slash = wanted.service.indexOf('/');
    const namespace = slash === -1 ? config.namespace : wanted.service.slice(0, slash);
    const name = wanted.service.slice(slash + 1);
    const client = new KubeClient({ config, userAgent: 'kubectl-routesrv' });
    const labelSelector = `kubernetes.io/service-name=${name}`;
    const { items } = await client.list(kinds.EndpointSlice, { namespace, labelSelector });
    const service = `${namespace}/${name}`;
    if (items.length === 0) throw new Error(`Service ${service} has no EndpointSlice: is that its name?`);
    const endpoints = endpointsOf(items.map(decodeSlice), wanted);
    if (endpoints.length === 0) throw new Error(`Service ${service} has no ready endpoint, so there is no ring`);
    return { service, endpoints };
  } catch (error) {
    throw new Failure(messageOf(error));
  } finally {
    await config.close();
  }
}
