/** Gets a backend of a RouteGroup, gives where requests go and which filters that takes; or why it cannot be used. */

import type { RouteGroupBackend, Service } from '../../api/index.ts';
import type { Filter } from '../../eskip/index.ts';
import { zoneAwarenessFilters } from '../annotation-rules.ts';
import { call } from '../draft.ts';
import { endpointsOfTarget } from '../endpoints/endpoints.ts';
import { isAddressAllowed } from '../external-name.ts';
import { joined } from '../lists.ts';
import { balanced, userEndpoint } from '../load-balancing.ts';
import { noEndpoints } from '../no-endpoints.ts';
import type { Finding } from '../problem.ts';
import type { BackendOutcome, RouteGroupContext } from './context.ts';
import { isServiceBackend } from './validate.ts';

const backendNameTag = 'skipper.backend_name';

function failed(code: Finding['code'], message: string): BackendOutcome {
  return { ok: false, finding: { code, message } };
}

function unusable(
  service: Service | undefined,
  backend: RouteGroupBackend,
  namespace: string,
): BackendOutcome | undefined {
  const name = `${namespace}/${backend.serviceName}`;
  if (service === undefined) return failed('service-not-found', `${name}: service not found`);
  if (service.type.toLowerCase() === 'clusterip') return undefined;
  const message = `not supported service type in service/${name}: ${service.type}; a backend needs type ClusterIP`;
  return failed('service-type-not-supported', message);
}

function algorithmOf({ algorithm }: RouteGroupBackend, { options }: RouteGroupContext): string {
  return algorithm === '' ? options.defaultLbAlgorithm : algorithm;
}

const unanswered: BackendOutcome = { ok: true, ...noEndpoints };

/** The Service as a backend, and the filters that it takes before those of a route. */
function resolveService(backend: RouteGroupBackend, context: RouteGroupContext): BackendOutcome {
  const { endpoints, metadata, namespace } = context;
  const { serviceName, servicePort } = backend;
  const service = endpoints.lookup.service(namespace, serviceName);
  const defect = unusable(service, backend, namespace);
  if (defect !== undefined) return defect;
  const target = service?.ports.find(({ port }) => port === servicePort)?.targetPort;
  if (target === undefined) {
    return failed('service-port-not-found', `target port not found: ${serviceName}:${String(servicePort)}`);
  }
  const found = endpointsOfTarget(endpoints, namespace, serviceName, target);
  if (found.length === 0) return unanswered;
  return { ok: true, backend: balanced(found, algorithmOf(backend, context)), filters: zoneAwarenessFilters(metadata) };
}

function serviceBackend(
  backend: RouteGroupBackend,
  filters: readonly Filter[],
  context: RouteGroupContext,
): BackendOutcome {
  const outcome = context.resolved.get(backend) ?? resolveService(backend, context);
  context.resolved.set(backend, outcome);
  if (!outcome.ok || outcome === unanswered) return outcome;
  return { ok: true, backend: outcome.backend, filters: joined(outcome.filters, filters) };
}

function lbBackend(backend: RouteGroupBackend, filters: readonly Filter[], context: RouteGroupContext): BackendOutcome {
  const { allowed } = context.options.externalNames;
  const refused = backend.endpoints.find((endpoint) => !isAddressAllowed(endpoint, allowed));
  if (refused !== undefined) {
    return failed('external-name-not-allowed', `routegroup with not allowed explicit LB endpoint: ${refused}`);
  }
  const endpoints = backend.endpoints.map(userEndpoint);
  return { ok: true, filters, backend: { type: 'lb', algorithm: algorithmOf(backend, context), endpoints } };
}

function networkBackend(
  { address }: RouteGroupBackend,
  filters: readonly Filter[],
  context: RouteGroupContext,
): BackendOutcome {
  if (isAddressAllowed(address, context.options.externalNames.allowed)) {
    return { ok: true, filters, backend: { type: 'network', address } };
  }
  return failed('external-name-not-allowed', `routegroup with not allowed network backend: ${address}`);
}

function untagged(backend: RouteGroupBackend, filters: readonly Filter[], context: RouteGroupContext): BackendOutcome {
  if (isServiceBackend(backend)) return serviceBackend(backend, filters, context);
  switch (backend.type) {
    case 'network':
      return networkBackend(backend, filters, context);
    case 'lb':
      return lbBackend(backend, filters, context);
    case 'forward':
      // The filters run in the Skipper that the request is forwarded to.
      return { ok: true, filters: [], backend: { type: 'network', address: context.options.forwardBackendUrl } };
    case 'loopback':
    case 'dynamic':
      return { ok: true, filters, backend: { type: backend.type } };
    default:
      return { ok: true, filters, backend: { type: 'shunt' } };
  }
}

/** Resolves one backend for a route that has these filters of its own. */
export function resolveBackend(
  backend: RouteGroupBackend,
  filters: readonly Filter[],
  context: RouteGroupContext,
): BackendOutcome {
  const outcome = untagged(backend, filters, context);
  if (!outcome.ok || !context.options.backendNameTracingTag) return outcome;
  return { ...outcome, filters: [...outcome.filters, call('tracingTag', backendNameTag, backend.name)] };
}
