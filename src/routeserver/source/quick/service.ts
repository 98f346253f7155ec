/** Gets a core/v1 Service in protobuf; gives what `decodeService` gives of its JSON. */
import { namespaceOrDefault, type Service, type ServicePort } from '../../../api/index.ts';
import { readIntOrString, type WireReader } from '../../../kube/index.ts';
import { appended, QuickObject, readIdentity, type Identity } from './metadata.ts';

const type = { apiVersion: 'v1', kind: 'Service' };

/** Undefined for one that the decoder has to refuse. */
export function readService(wire: WireReader, end: number): QuickObject | undefined {
  let identity: Identity | undefined;
  let spec: Spec | undefined;
  while (wire.isBefore(end)) {
    const tag = wire.int32();
    if (tag === 10) identity = readIdentity(wire);
    else if (tag === 18) spec = readSpec(wire);
    else wire.skip(tag);
  }
  if (identity === undefined || identity.name === '' || spec === undefined) return undefined;
  const { name, namespace } = identity;
  const service: Service = { namespace: namespaceOrDefault(namespace), name, ...spec };
  return new QuickObject(type, identity, service);
}

type Spec = Pick<Service, 'type' | 'externalName' | 'ports'>;

function readSpec(wire: WireReader): Spec {
  let ports: ServicePort[] = [];
  let type = '';
  let externalName = '';
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) ports = appended(ports, readPort(wire));
    else if (tag === 34) type = wire.text();
    else if (tag === 82) externalName = wire.text();
    else wire.skip(tag);
  }
  return { type, externalName, ports };
}

function readPort(wire: WireReader): ServicePort {
  let name = '';
  let port = 0;
  let targetPort: number | string | undefined;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) name = wire.text();
    else if (tag === 24) port = wire.int32();
    else if (tag === 34) targetPort = readIntOrString(wire);
    else wire.skip(tag);
  }
  return targetPort === undefined ? { name, port } : { name, port, targetPort };
}
