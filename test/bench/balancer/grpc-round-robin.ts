/**
 * Gets addresses, gives the picker of gRPC's own round robin. It is that of a real load balancer, over connections that
 * say they are ready; what gRPC does around a pick, from name resolution to HTTP/2, has no part in it.
 */
import { connectivityState, experimental, Metadata } from '@grpc/grpc-js';

type Subchannel = experimental.SubchannelInterface;

const noNetwork = (): never => {
  throw new Error('There is no network behind a picker that is only timed.');
};
/** Handed back to us only. */
const noRef = {} as ReturnType<Subchannel['getChannelzRef']>;
const nothing = (): void => undefined;

/** Of a connection, as much as the load balancer asks about. */
function readySubchannel(address: experimental.SubchannelAddress): Subchannel {
  const text = experimental.subchannelAddressToString(address);
  return {
    getConnectivityState: () => connectivityState.READY,
    getAddress: () => text,
    getChannelzRef: () => noRef,
    isHealthy: () => true,
    realSubchannelEquals: () => false,
    ...{ addConnectivityStateListener: nothing, removeConnectivityStateListener: nothing, startConnecting: nothing },
    ...{ addHealthStateWatcher: nothing, removeHealthStateWatcher: nothing, addDataWatcher: nothing },
    ...{ throttleKeepalive: nothing, ref: nothing, unref: nothing },
    ...{ getRealSubchannel: noNetwork, getCallCredentials: noNetwork, getChannel: noNetwork },
  };
}

/** One pick of round robin over `addresses`, of the form http://HOST:PORT. */
export function grpcRoundRobin(addresses: readonly string[]): () => unknown {
  let picker: experimental.Picker | undefined;
  const balancer = new experimental.ChildLoadBalancerHandler({
    createSubchannel: readySubchannel,
    updateState: (_state, latest) => (picker = latest),
    requestReresolution: nothing,
    addChannelzChild: nothing,
    removeChannelzChild: nothing,
  });
  const endpoints = addresses.map((address) => {
    const { hostname, port } = new URL(address);
    return { addresses: [{ host: hostname, port: Number(port) }] };
  });
  const config = experimental.parseLoadBalancingConfig({ round_robin: {} });
  balancer.updateAddressList(experimental.statusOrFromValue(endpoints), config, {}, '');
  const ready = picker;
  if (ready === undefined) throw new Error('gRPC has given no picker.');
  const asked = { metadata: new Metadata(), extraPickInfo: {} };
  return () => ready.pick(asked);
}
