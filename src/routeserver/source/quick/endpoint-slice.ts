/** Gets a discovery/v1 EndpointSlice in protobuf; gives what `decodeEndpointSlice` gives of its JSON. */
import { serviceNameLabel, type EndpointSlice, type SliceEndpoint, type SlicePort } from '../../../api/index.ts';
import type { WireReader } from '../../../kube/index.ts';
import { appended, labelsTag, QuickObject, readEntry, readIdentity, type Identity } from './metadata.ts';

const type = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
/** The one label that is read; a map for each slice would be made for it alone. */
const serviceLabel = {
  value: '',
  set: (key: string, value: string): void => {
    if (key === serviceNameLabel) serviceLabel.value = value;
  },
};

/** Undefined for one that the decoder has to refuse. */
export function readEndpointSlice(wire: WireReader, end: number): QuickObject | undefined {
  let endpoints: SliceEndpoint[] = [];
  let ports: SlicePort[] = [];
  let identity: Identity | undefined;
  while (wire.isBefore(end)) {
    const tag = wire.int32();
    if (tag === 10) identity = readLabelled(wire);
    else if (tag === 18) endpoints = readEndpoint(wire, endpoints);
    else if (tag === 26) ports = appended(ports, readPort(wire));
    else wire.skip(tag);
  }
  if (identity === undefined || identity.name === '') return undefined;
  const { namespace, name } = identity;
  const serviceName = serviceLabel.value;
  // A list without ports and no list look the same here; the API server has both for "says nothing".
  const slice: EndpointSlice =
    ports.length === 0
      ? { namespace, name, serviceName, endpoints }
      : { namespace, name, serviceName, endpoints, ports };
  return new QuickObject(type, identity, slice);
}

function readLabelled(wire: WireReader): Identity {
  serviceLabel.value = '';
  return readIdentity(wire, (tag) => {
    if (tag !== labelsTag) return false;
    readEntry(wire, serviceLabel);
    return true;
  });
}

/** The endpoints before it, and it; without an address it is none. */
function readEndpoint(wire: WireReader, before: SliceEndpoint[]): SliceEndpoint[] {
  let address: string | undefined;
  let zone = '';
  let conditions = unconditional;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    // The others are other names of the same pod.
    if (tag === 10 && address === undefined) address = wire.text();
    else if (tag === 18) conditions = readConditions(wire);
    else if (tag === 58) zone = wire.text();
    else wire.skip(tag);
  }
  if (address === undefined) return before;
  return appended(before, { address, zone, ready: conditions.ready, terminating: conditions.terminating });
}

const unconditional = { ready: true, terminating: false };

function readConditions(wire: WireReader): typeof unconditional {
  let { ready, terminating } = unconditional;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 8) ready = wire.int32() !== 0;
    else if (tag === 24) terminating = wire.int32() !== 0;
    else wire.skip(tag);
  }
  return { ready, terminating };
}

function readPort(wire: WireReader): SlicePort {
  let name = '';
  let port = 0;
  let protocol = '';
  let appProtocol = '';
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) name = wire.text();
    else if (tag === 18) protocol = wire.text();
    else if (tag === 24) port = wire.int32();
    else if (tag === 34) appProtocol = wire.text();
    else wire.skip(tag);
  }
  return { name, port, protocol, appProtocol };
}
