/**
 * Gets an object as the arbitraries make it; gives one that a real API server is likely to take. What is odd and is
 * let in by an API server stays odd: annotations, references to what is not there, anything in a RouteGroup.
 *
 * What is refused all the same is no mistake: it changes nothing, in the API as in the tables.
 */
import type { Json } from '../arbitraries/services.ts';

const field = (object: Json, name: string): Json => (object[name] ?? {}) as Json;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (object: Json, name: string): readonly Json[] => (object[name] ?? []) as readonly Json[];

function without(object: Json, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** An empty host means any; one that is no DNS name becomes one. */
function host(given: unknown): string {
  return text(given)
    .toLowerCase()
    .replace(/[^a-z0-9.*-]/g, '');
}

function backend(given: Json): Json {
  const service = field(given, 'service');
  if (given['service'] === undefined) return given;
  const { name, number } = field(service, 'port');
  const port = /[a-z]/.test(text(name)) ? { name } : { number: number ?? 80 };
  return { service: { name: service['name'] === '' ? 'missing' : service['name'], port } };
}

function ingressPath(given: Json): Json {
  const path = text(given['path']);
  const pathType = given['pathType'] === undefined || given['pathType'] === '' ? 'Prefix' : given['pathType'];
  return { path: path.startsWith('/') ? path : `/${path}`, pathType, backend: backend(field(given, 'backend')) };
}

function ingressRule(given: Json): Json {
  const http =
    given['http'] === undefined ? {} : { http: { paths: list(field(given, 'http'), 'paths').map(ingressPath) } };
  return { host: host(given['host']), ...http };
}

function ingress(object: Json): Json {
  const spec = field(object, 'spec');
  const annotations = field(field(object, 'metadata'), 'annotations');
  const rules = list(spec, 'rules').map(ingressRule);
  const className = annotations['kubernetes.io/ingress.class'] === undefined ? spec['ingressClassName'] : '';
  return {
    ...object,
    spec: {
      rules: rules.length === 0 ? [{ host: 'example.org' }] : rules,
      ...(spec['defaultBackend'] !== undefined && { defaultBackend: backend(field(spec, 'defaultBackend')) }),
      ...(className !== undefined && className !== '' && { ingressClassName: className }),
      ...(spec['tls'] !== undefined && {
        tls: list(spec, 'tls').map((tls) => ({ ...tls, hosts: ((tls['hosts'] ?? []) as string[]).map(host) })),
      }),
    },
  };
}

function service(object: Json): Json {
  const spec = field(object, 'spec');
  const type = ['NodePort', 'LoadBalancer', 'ExternalName'].find((name) => name === spec['type']) ?? 'ClusterIP';
  const externalName = spec['externalName'] === '' ? 'ext.example.com' : spec['externalName'];
  const given = list(spec, 'ports');
  const ports = given.length === 0 && type !== 'ExternalName' ? [{ port: 80, targetPort: 8080 }] : given;
  const isHeadless = spec['clusterIP'] === 'None' && type === 'ClusterIP';
  return {
    ...object,
    spec: {
      type,
      ...(type === 'ExternalName' && { externalName }),
      ...(isHeadless && { clusterIP: 'None' }),
      ports: ports.map((port) => ({
        ...port,
        name: port['name'] === undefined || port['name'] === '' ? `p${String(port['port'])}` : port['name'],
        targetPort: port['targetPort'] === '8080' ? 8080 : port['targetPort'],
      })),
    },
  };
}

function endpointSlice(object: Json): Json {
  const isIpv4 = (ip: string) => !ip.includes(':');
  const endpoints = list(object, 'endpoints')
    .map((given) => ({ ...given, addresses: [...new Set(given['addresses'] as string[])].filter(isIpv4) }))
    .filter(({ addresses }) => addresses.length > 0);
  return { ...object, addressType: 'IPv4', endpoints };
}

function endpoints(object: Json): Json {
  const isFilled = (subset: Json) => [...list(subset, 'addresses'), ...list(subset, 'notReadyAddresses')].length > 0;
  return { ...object, subsets: list(object, 'subsets').filter(isFilled) };
}

const byKind: Readonly<Record<string, (object: Json) => Json>> = {
  Ingress: ingress,
  Service: service,
  EndpointSlice: endpointSlice,
  Endpoints: endpoints,
};

function labels(metadata: Json): Json {
  const given = Object.entries(field(metadata, 'labels'));
  return Object.fromEntries(given.filter(([, value]) => /^([\w.-]*\w)?$/.test(String(value))));
}

/** Names with a dot are none of Services; the whole object says `web-v2` where the arbitraries say `web.v2`. */
export function admissible(object: Json): Json {
  const renamed = JSON.parse(JSON.stringify(object).replaceAll('web.v2', 'web-v2')) as Json;
  const metadata = field(renamed, 'metadata');
  const shaped = byKind[String(renamed['kind'])]?.(renamed) ?? renamed;
  return { ...without(shaped, 'metadata'), metadata: { ...metadata, labels: labels(metadata) } };
}
