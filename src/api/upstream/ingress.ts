/** Gets the JSON of a `networking.k8s.io/v1` Ingress, gives what the compiler reads of it. */

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

/** A Service's port by number or, when `number` is 0, by name. */
export interface IngressServicePort {
  readonly name: string;
  readonly number: number;
}

/** A `resource` backend, which Skipper does not support, has an empty `serviceName`. */
export interface IngressBackend {
  readonly serviceName: string;
  readonly servicePort: IngressServicePort;
}

export interface IngressPath {
  readonly path: string;
  /** `Exact`, `Prefix`, or anything else: up to the path mode. */
  readonly pathType: string;
  readonly backend?: IngressBackend;
}

export interface IngressRule {
  readonly host: string;
  /** Absent when the rule has no `http`. */
  readonly paths?: readonly IngressPath[];
}

export interface TlsHosts {
  readonly hosts: readonly string[];
  readonly secretName: string;
}

export interface IngressSpec {
  readonly className: string;
  readonly defaultBackend?: IngressBackend;
  readonly rules: readonly IngressRule[];
  readonly tls: readonly TlsHosts[];
}

export interface Ingress {
  readonly metadata: Metadata;
  readonly spec?: IngressSpec;
}

function readBackend(value: unknown, field: string): { backend?: IngressBackend } {
  const backend = readOptionalRecord(value, field);
  if (backend === undefined) return {};
  const service = readOptionalRecord(fieldOf(backend, 'service'), `${field}.service`) ?? {};
  const port = readOptionalRecord(fieldOf(service, 'port'), `${field}.service.port`) ?? {};
  const servicePort = {
    name: readText(fieldOf(port, 'name'), `${field}.service.port.name`),
    number: readInteger(fieldOf(port, 'number'), `${field}.service.port.number`),
  };
  return { backend: { serviceName: readText(fieldOf(service, 'name'), `${field}.service.name`), servicePort } };
}

function readPath(value: unknown, field: string): IngressPath {
  const path = readRecord(value, field);
  return {
    path: readText(fieldOf(path, 'path'), `${field}.path`),
    pathType: readText(fieldOf(path, 'pathType'), `${field}.pathType`),
    ...readBackend(fieldOf(path, 'backend'), `${field}.backend`),
  };
}

function readRule(value: unknown, field: string): IngressRule {
  const rule = readRecord(value, field);
  const host = readText(fieldOf(rule, 'host'), `${field}.host`);
  const http = readOptionalRecord(fieldOf(rule, 'http'), `${field}.http`);
  return http === undefined
    ? { host }
    : { host, paths: readList(fieldOf(http, 'paths'), `${field}.http.paths`, readPath) };
}

/** One entry of `spec.tls`, alike in Ingress and RouteGroup. */
export function readTlsHosts(value: unknown, field: string): TlsHosts {
  const tls = readRecord(value, field);
  return {
    hosts: readList(fieldOf(tls, 'hosts'), `${field}.hosts`, readText),
    secretName: readText(fieldOf(tls, 'secretName'), `${field}.secretName`),
  };
}

function readSpec(value: unknown): { spec?: IngressSpec } {
  const spec = readOptionalRecord(value, 'spec');
  if (spec === undefined) return {};
  const { backend } = readBackend(fieldOf(spec, 'defaultBackend'), 'spec.defaultBackend');
  return {
    spec: {
      className: readText(fieldOf(spec, 'ingressClassName'), 'spec.ingressClassName'),
      ...(backend && { defaultBackend: backend }),
      rules: readList(fieldOf(spec, 'rules'), 'spec.rules', readRule),
      tls: readList(fieldOf(spec, 'tls'), 'spec.tls', readTlsHosts),
    },
  };
}

/** Decodes one Ingress as a list or a watch delivers it. */
export function decodeIngress(raw: unknown): Ingress | DecodeProblem {
  return decoding('Ingress', raw, (object) => ({
    metadata: readMetadata(fieldOf(object, 'metadata')),
    ...readSpec(fieldOf(object, 'spec')),
  }));
}
