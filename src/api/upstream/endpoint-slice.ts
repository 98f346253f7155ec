/** Gets the JSON of a `discovery.k8s.io/v1` EndpointSlice, gives what the compiler reads of it. */

import {
  decoding,
  fieldOf,
  readBoolean,
  readInteger,
  readList,
  readOptionalRecord,
  readRecord,
  readText,
  readTextMap,
  type DecodeProblem,
} from './reading.ts';

export interface SliceEndpoint {
  /** The first of the endpoint's addresses; the others are other names of the same pod. */
  readonly address: string;
  readonly zone: string;
  readonly ready: boolean;
  readonly terminating: boolean;
}

export interface SlicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol: string;
}

export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** From the label `kubernetes.io/service-name`; `''` when it is not there. */
  readonly serviceName: string;
  readonly endpoints: readonly SliceEndpoint[];
  /** Absent for `ports: null`: such a slice says nothing about its Service. */
  readonly ports?: readonly SlicePort[];
}

/** Names the Service of a slice. */
export const serviceNameLabel = 'kubernetes.io/service-name';

function readEndpoint(value: unknown, field: string): SliceEndpoint | undefined {
  const endpoint = readRecord(value, field);
  const [address] = readList(fieldOf(endpoint, 'addresses'), `${field}.addresses`, readText);
  if (address === undefined) return undefined;
  const conditions = readOptionalRecord(fieldOf(endpoint, 'conditions'), `${field}.conditions`) ?? {};
  return {
    address,
    zone: readText(fieldOf(endpoint, 'zone'), `${field}.zone`),
    ready: readBoolean(fieldOf(conditions, 'ready'), `${field}.conditions.ready`, true),
    terminating: readBoolean(fieldOf(conditions, 'terminating'), `${field}.conditions.terminating`, false),
  };
}

function readPort(value: unknown, field: string): SlicePort {
  const port = readRecord(value, field);
  return {
    name: readText(fieldOf(port, 'name'), `${field}.name`),
    port: readInteger(fieldOf(port, 'port'), `${field}.port`),
    protocol: readText(fieldOf(port, 'protocol'), `${field}.protocol`),
    appProtocol: readText(fieldOf(port, 'appProtocol'), `${field}.appProtocol`),
  };
}

function readPorts(value: unknown): { ports?: readonly SlicePort[] } {
  return value === null || value === undefined ? {} : { ports: readList(value, 'ports', readPort) };
}

/** Decodes one EndpointSlice as a list or a watch delivers it. */
export function decodeEndpointSlice(raw: unknown): EndpointSlice | DecodeProblem {
  return decoding('EndpointSlice', raw, (object, ref) => {
    const labels = readTextMap(
      fieldOf(readOptionalRecord(fieldOf(object, 'metadata'), 'metadata') ?? {}, 'labels'),
      'metadata.labels',
    );
    return {
      namespace: ref.namespace,
      name: ref.name,
      serviceName: labels.get(serviceNameLabel) ?? '',
      endpoints: readList(fieldOf(object, 'endpoints'), 'endpoints', readEndpoint).filter(
        (endpoint) => endpoint !== undefined,
      ),
      ...readPorts(fieldOf(object, 'ports')),
    };
  });
}
