/** Gets the JSON of a core/v1 Service, gives what the compiler reads of it. */

import { namespaceOrDefault } from './metadata.ts';
import {
  decoding,
  fieldOf,
  readInteger,
  readIntOrString,
  readList,
  readOptionalRecord,
  readRecord,
  readText,
  refuse,
  type DecodeProblem,
} from './reading.ts';

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  /** A number, or the name of a container port. Absent only in manifests that no API server has defaulted. */
  readonly targetPort?: number | string;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** `ClusterIP`, `ExternalName`, … as written. */
  readonly type: string;
  readonly externalName: string;
  readonly ports: readonly ServicePort[];
}

function readPort(value: unknown, field: string): ServicePort {
  const port = readRecord(value, field);
  const targetPort = readIntOrString(fieldOf(port, 'targetPort'), `${field}.targetPort`);
  return {
    name: readText(fieldOf(port, 'name'), `${field}.name`),
    port: readInteger(fieldOf(port, 'port'), `${field}.port`),
    ...(targetPort !== undefined && { targetPort }),
  };
}

/** Decodes one Service as a list or a watch delivers it. One without metadata or spec is refused. */
export function decodeService(raw: unknown): Service | DecodeProblem {
  return decoding('Service', raw, (object, ref) => {
    const spec = readOptionalRecord(fieldOf(object, 'spec'), 'spec') ?? refuse('spec', 'a spec');
    if (readOptionalRecord(fieldOf(object, 'metadata'), 'metadata') === undefined) refuse('metadata', 'metadata');
    return {
      namespace: namespaceOrDefault(ref.namespace),
      name: ref.name,
      type: readText(fieldOf(spec, 'type'), 'spec.type'),
      externalName: readText(fieldOf(spec, 'externalName'), 'spec.externalName'),
      ports: readList(fieldOf(spec, 'ports'), 'spec.ports', readPort),
    };
  });
}
