/** Gets a networking/v1 Ingress in protobuf; gives what `decodeIngress` gives of its JSON. */
import type { Ingress, IngressBackend, IngressPath, IngressRule, IngressSpec, TlsHosts } from '../../../api/index.ts';
import type { WireReader } from '../../../kube/index.ts';
import { appended, QuickObject, readMetadata } from './metadata.ts';

const type = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };

/** Undefined for one that the decoder has to refuse. */
export function readIngress(wire: WireReader, end: number): QuickObject | undefined {
  let read: ReturnType<typeof readMetadata> | undefined;
  let spec: IngressSpec | undefined;
  while (wire.isBefore(end)) {
    const tag = wire.int32();
    if (tag === 10) read = readMetadata(wire);
    else if (tag === 18) spec = readSpec(wire);
    else wire.skip(tag);
  }
  if (read === undefined || read.identity.name === '') return undefined;
  const { identity, metadata } = read;
  const ingress: Ingress = spec === undefined ? { metadata } : { metadata, spec };
  return new QuickObject(type, identity, ingress);
}

function readSpec(wire: WireReader): IngressSpec {
  let tls: TlsHosts[] = [];
  let rules: IngressRule[] = [];
  let className = '';
  let defaultBackend: IngressBackend | undefined;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) defaultBackend = readBackend(wire);
    else if (tag === 18) tls = appended(tls, readTls(wire));
    else if (tag === 26) rules = appended(rules, readRule(wire));
    else if (tag === 34) className = wire.text();
    else wire.skip(tag);
  }
  // Not by spreading an object that may be there: that makes each field behind it one by one (docs/benchmarks.md).
  return defaultBackend === undefined ? { className, rules, tls } : { className, defaultBackend, rules, tls };
}

function readTls(wire: WireReader): TlsHosts {
  let hosts: string[] = [];
  let secretName = '';
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) hosts = appended(hosts, wire.text());
    else if (tag === 18) secretName = wire.text();
    else wire.skip(tag);
  }
  return { hosts, secretName };
}

function readRule(wire: WireReader): IngressRule {
  let host = '';
  let paths: readonly IngressPath[] | undefined;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) host = wire.text();
    else if (tag === 18) paths = readRuleValue(wire) ?? paths;
    else wire.skip(tag);
  }
  return paths === undefined ? { host } : { host, paths };
}

/** Undefined for a rule without `http`. */
function readRuleValue(wire: WireReader): readonly IngressPath[] | undefined {
  let paths: readonly IngressPath[] | undefined;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) paths = readPaths(wire);
    else wire.skip(tag);
  }
  return paths;
}

function readPaths(wire: WireReader): readonly IngressPath[] {
  let paths: IngressPath[] = [];
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) paths = appended(paths, readPath(wire));
    else wire.skip(tag);
  }
  return paths;
}

function readPath(wire: WireReader): IngressPath {
  let path = '';
  let pathType = '';
  let backend: IngressBackend | undefined;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) path = wire.text();
    else if (tag === 18) backend = readBackend(wire);
    else if (tag === 26) pathType = wire.text();
    else wire.skip(tag);
  }
  return backend === undefined ? { path, pathType } : { path, pathType, backend };
}

/** One that is no Service has no name. */
const noService: IngressBackend = { serviceName: '', servicePort: { name: '', number: 0 } };

function readBackend(wire: WireReader): IngressBackend {
  let backend = noService;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 34) backend = readServiceBackend(wire);
    else wire.skip(tag);
  }
  return backend;
}

function readServiceBackend(wire: WireReader): IngressBackend {
  let serviceName = '';
  let servicePort = { name: '', number: 0 };
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) serviceName = wire.text();
    else if (tag === 18) servicePort = readServicePort(wire);
    else wire.skip(tag);
  }
  return { serviceName, servicePort };
}

function readServicePort(wire: WireReader): IngressBackend['servicePort'] {
  let name = '';
  let number = 0;
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) name = wire.text();
    else if (tag === 16) number = wire.int32();
    else wire.skip(tag);
  }
  return { name, number };
}
