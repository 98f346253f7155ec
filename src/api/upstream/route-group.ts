/** Gets the JSON of a `zalando.org/v1` RouteGroup, gives what the compiler reads of it. */

import { readTlsHosts, type TlsHosts } from './ingress.ts';
import { readMetadata, type Metadata } from './metadata.ts';
import {
  decoding,
  fieldOf,
  readInteger,
  readList,
  readOptionalRecord,
  readRecord,
  readText,
  type DecodeProblem,
} from './reading.ts';

/** `type` and `algorithm` are as written: whether they are known is the validator's question. */
export interface RouteGroupBackend {
  readonly name: string;
  readonly type: string;
  readonly address: string;
  readonly serviceName: string;
  readonly servicePort: number;
  readonly algorithm: string;
  readonly endpoints: readonly string[];
}

export interface BackendReference {
  readonly backendName: string;
  readonly weight: number;
}

export interface RouteGroupRoute {
  readonly path: string;
  readonly pathSubtree: string;
  readonly pathRegexp: string;
  readonly backends: readonly BackendReference[];
  readonly filters: readonly string[];
  readonly predicates: readonly string[];
  readonly methods: readonly string[];
}

export interface RouteGroupSpec {
  readonly hosts: readonly string[];
  readonly backends: readonly RouteGroupBackend[];
  readonly defaultBackends: readonly BackendReference[];
  /** A `null` in the list is kept: it makes the whole group invalid. */
  readonly routes: readonly (RouteGroupRoute | null)[];
  readonly tls: readonly TlsHosts[];
}

export interface RouteGroup {
  readonly metadata: Metadata;
  readonly spec?: RouteGroupSpec;
}

function readBackend(value: unknown, field: string): RouteGroupBackend {
  const backend = readRecord(value, field);
  const text = (key: string) => readText(fieldOf(backend, key), `${field}.${key}`);
  return {
    name: text('name'),
    type: text('type'),
    address: text('address'),
    serviceName: text('serviceName'),
    servicePort: readInteger(fieldOf(backend, 'servicePort'), `${field}.servicePort`),
    algorithm: text('algorithm'),
    endpoints: readList(fieldOf(backend, 'endpoints'), `${field}.endpoints`, readText),
  };
}

function readReference(value: unknown, field: string): BackendReference {
  const reference = readOptionalRecord(value, field) ?? {};
  return {
    backendName: readText(fieldOf(reference, 'backendName'), `${field}.backendName`),
    weight: readInteger(fieldOf(reference, 'weight'), `${field}.weight`),
  };
}

function readRoute(value: unknown, field: string): RouteGroupRoute | null {
  const route = readOptionalRecord(value, field);
  if (route === undefined) return null;
  const text = (key: string) => readText(fieldOf(route, key), `${field}.${key}`);
  const texts = (key: string) => readList(fieldOf(route, key), `${field}.${key}`, readText);
  return {
    path: text('path'),
    pathSubtree: text('pathSubtree'),
    pathRegexp: text('pathRegexp'),
    backends: readList(fieldOf(route, 'backends'), `${field}.backends`, readReference),
    filters: texts('filters'),
    predicates: texts('predicates'),
    methods: texts('methods'),
  };
}

function readSpec(value: unknown): { spec?: RouteGroupSpec } {
  const spec = readOptionalRecord(value, 'spec');
  if (spec === undefined) return {};
  return {
    spec: {
      hosts: readList(fieldOf(spec, 'hosts'), 'spec.hosts', readText),
      backends: readList(fieldOf(spec, 'backends'), 'spec.backends', readBackend),
      defaultBackends: readList(fieldOf(spec, 'defaultBackends'), 'spec.defaultBackends', readReference),
      routes: readList(fieldOf(spec, 'routes'), 'spec.routes', readRoute),
      tls: readList(fieldOf(spec, 'tls'), 'spec.tls', readTlsHosts),
    },
  };
}

/** Decodes one RouteGroup as a list or a watch delivers it. */
export function decodeRouteGroup(raw: unknown): RouteGroup | DecodeProblem {
  return decoding('RouteGroup', raw, (object) => ({
    metadata: readMetadata(fieldOf(object, 'metadata')),
    ...readSpec(fieldOf(object, 'spec')),
  }));
}
