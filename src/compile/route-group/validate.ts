/** Gets a RouteGroup, gives what makes it invalid as a whole. Rules: Skipper v0.27.65, `definitions`. */

import type {
  BackendReference,
  RouteGroup,
  RouteGroupBackend,
  RouteGroupRoute,
  RouteGroupSpec,
} from '../../api/index.ts';
import { parseFilters, parsePredicates } from '../../eskip/index.ts';
import { parseGoUrl } from '../go-url.ts';
import { gathered, joined } from '../lists.ts';
import { isKnownAlgorithm } from '../load-balancing.ts';
import type { Finding } from '../problem.ts';

const backendTypes: ReadonlySet<string> = new Set([
  '',
  'service',
  'network',
  'shunt',
  'loopback',
  'dynamic',
  'lb',
  'forward',
]);

export function isServiceBackend({ type }: RouteGroupBackend): boolean {
  return type === '' || type === 'service';
}

function isNetworkAddress(address: string): boolean {
  const url = parseGoUrl(address);
  return url !== undefined && url.scheme !== '' && url.host !== '' && url.path === '' && url.query === '';
}

function serviceDefect(backend: RouteGroupBackend): string | undefined {
  const { name, serviceName, servicePort } = backend;
  if (serviceName === '') return `service name missing in backend: ${name}`;
  const inRange = servicePort >= 1 && servicePort <= 65_535;
  return inRange ? undefined : `invalid service port in backend: ${name}, ${String(servicePort)}`;
}

function networkDefect({ name, address }: RouteGroupBackend): string | undefined {
  if (address === '') return `address missing in backend: ${name}`;
  if (isNetworkAddress(address)) return undefined;
  return `backend address ${JSON.stringify(address)} does not match scheme://host format`;
}

function backendDefect(backend: RouteGroupBackend): string | undefined {
  const { name, type, algorithm, endpoints } = backend;
  if (!backendTypes.has(type)) return `unsupported backend type: ${type}`;
  if (!isKnownAlgorithm(algorithm)) return `unsupported algorithm: ${algorithm}`;
  if (name === '') return 'unnamed backend: give it a name';
  if (isServiceBackend(backend)) return serviceDefect(backend);
  if (type === 'network') return networkDefect(backend);
  return type === 'lb' && endpoints.length === 0 ? `missing LB endpoints in backend: ${name}` : undefined;
}

function backendFindings(backends: readonly RouteGroupBackend[]): readonly Finding[] {
  if (backends.length === 0) {
    return [{ code: 'invalid-backend', field: 'spec.backends', message: 'route group without backend: list one' }];
  }
  const names = backends.map(({ name }) => name);
  return gathered(backends, (backend, index): readonly Finding[] => {
    const duplicate = names.indexOf(backend.name) < index;
    const defect = duplicate ? `backends with duplicate name: ${backend.name}` : backendDefect(backend);
    if (defect === undefined) return [];
    const field = `spec.backends[${String(index)}]`;
    return [{ code: 'invalid-backend', field, message: `invalid backend: ${defect}` }];
  });
}

function referenceDefect({ backendName, weight }: BackendReference, known: ReadonlySet<string>): string | undefined {
  if (backendName === '') return 'unnamed backend reference: set backendName';
  if (!known.has(backendName)) return `invalid backend reference: ${backendName} is not in spec.backends`;
  return weight < 0 ? `invalid weight in backend: ${backendName}, ${String(weight)}` : undefined;
}

function referenceFindings(
  references: readonly BackendReference[],
  known: ReadonlySet<string>,
  field: string,
): readonly Finding[] {
  const names = references.map(({ backendName }) => backendName);
  return gathered(references, (reference, index): readonly Finding[] => {
    const duplicate = names.indexOf(reference.backendName) < index;
    const message = duplicate
      ? `duplicate backend reference: ${reference.backendName}`
      : referenceDefect(reference, known);
    if (message === undefined) return [];
    return [{ code: 'invalid-backend-reference', field: `${field}[${String(index)}]`, message }];
  });
}

function filterFindings(filters: readonly string[], field: string): readonly Finding[] {
  return gathered(filters, (text, index): readonly Finding[] => {
    const parsed = parseFilters(text);
    if (parsed.ok && parsed.filters.length === 1) return [];
    const message = parsed.ok ? `single filter expected at ${JSON.stringify(text)}` : parsed.error.message;
    return [{ code: 'invalid-filter', field: `${field}[${String(index)}]`, message }];
  });
}

function predicateFindings(predicates: readonly string[], field: string): readonly Finding[] {
  return gathered(predicates, (text, index): readonly Finding[] => {
    const parsed = parsePredicates(text);
    if (parsed.ok && parsed.predicates.length === 1) return [];
    const message = parsed.ok ? `single predicate expected at ${JSON.stringify(text)}` : parsed.error.message;
    return [{ code: 'invalid-predicate', field: `${field}[${String(index)}]`, message }];
  });
}

interface RouteContext {
  readonly known: ReadonlySet<string>;
  readonly hasDefault: boolean;
  readonly field: string;
}

function routeFindings(route: RouteGroupRoute | null, { known, hasDefault, field }: RouteContext): readonly Finding[] {
  if (route === null) return [{ code: 'invalid-route', field, message: 'invalid route spec: it is null' }];
  const findings: Finding[] = [...referenceFindings(route.backends, known, `${field}.backends`)];
  if (!hasDefault && route.backends.length === 0) {
    const message = 'missing backend reference: set backends here, or spec.defaultBackends';
    findings.push({ code: 'invalid-backend-reference', field, message });
  }
  if (route.path !== '' && route.pathSubtree !== '') {
    findings.push({ code: 'invalid-path', field, message: 'path and path subtree in the same route: keep one' });
  }
  if (route.methods.includes('')) {
    findings.push({ code: 'invalid-method', field: `${field}.methods`, message: 'invalid method: it is empty' });
  }
  const filters = filterFindings(route.filters, `${field}.filters`);
  const predicates = predicateFindings(route.predicates, `${field}.predicates`);
  return joined(findings, joined(filters, predicates));
}

function hostFindings(hosts: readonly string[]): readonly Finding[] {
  return gathered(hosts, (host, index): readonly Finding[] => {
    if (hosts.indexOf(host) === index) return [];
    const field = `spec.hosts[${String(index)}]`;
    return [{ code: 'invalid-host', field, message: `duplicate host ${JSON.stringify(host)}` }];
  });
}

function specFindings(spec: RouteGroupSpec): readonly Finding[] {
  const known = new Set(spec.backends.map(({ name }) => name));
  const hasDefault = spec.defaultBackends.length > 0;
  const findings: Finding[] = [
    ...backendFindings(spec.backends),
    ...referenceFindings(spec.defaultBackends, known, 'spec.defaultBackends'),
    ...hostFindings(spec.hosts),
  ];
  if (!hasDefault && spec.routes.length === 0) {
    const message = 'missing backend reference: set spec.defaultBackends or spec.routes';
    findings.push({ code: 'invalid-backend-reference', field: 'spec', message });
  }
  const ofRoutes = gathered(spec.routes, (route, index) =>
    routeFindings(route, { known, hasDefault, field: `spec.routes[${String(index)}]` }),
  );
  return joined(findings, ofRoutes);
}

/** All mistakes that cost a RouteGroup its routes. None: it can be compiled. */
export function rejectingFindings({ metadata, spec }: RouteGroup): readonly Finding[] {
  if (metadata.name === '')
    return [{ code: 'invalid-object', field: 'metadata.name', message: 'route group without name' }];
  if (spec === undefined) return [{ code: 'invalid-object', field: 'spec', message: 'route group without spec' }];
  return specFindings(spec);
}
