/** Gets the JSON of core/v1 Endpoints, gives what the compiler reads of it. */

import { namespaceOrDefault } from './metadata.ts';
import { decoding, fieldOf, readInteger, readList, readRecord, readText, type DecodeProblem } from './reading.ts';

export interface EndpointPort {
  readonly name: string;
  readonly port: number;
}

export interface EndpointSubset {
  /** IPs that are ready. */
  readonly addresses: readonly string[];
  readonly ports: readonly EndpointPort[];
}

/** The object has the name of its Service. */
export interface Endpoints {
  readonly namespace: string;
  readonly name: string;
  readonly subsets: readonly EndpointSubset[];
}

function readPort(value: unknown, field: string): EndpointPort {
  const port = readRecord(value, field);
  return {
    name: readText(fieldOf(port, 'name'), `${field}.name`),
    port: readInteger(fieldOf(port, 'port'), `${field}.port`),
  };
}

function readSubset(value: unknown, field: string): EndpointSubset {
  const subset = readRecord(value, field);
  return {
    addresses: readList(fieldOf(subset, 'addresses'), `${field}.addresses`, (address, at) =>
      readText(readRecord(address, at)['ip'], `${at}.ip`),
    ),
    ports: readList(fieldOf(subset, 'ports'), `${field}.ports`, readPort),
  };
}

/** Decodes one Endpoints object as a list or a watch delivers it. */
export function decodeEndpoints(raw: unknown): Endpoints | DecodeProblem {
  return decoding('Endpoints', raw, (object, ref) => ({
    namespace: namespaceOrDefault(ref.namespace),
    name: ref.name,
    subsets: readList(fieldOf(object, 'subsets'), 'subsets', readSubset),
  }));
}
