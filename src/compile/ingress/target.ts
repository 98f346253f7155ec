/** Gets the backend of an Ingress, gives where its requests go. */

import type { IngressBackend, IngressServicePort, Service, ServicePort } from '../../api/index.ts';
import type { LbEndpoint } from '../../eskip/index.ts';
import { zoneAwarenessFilters } from '../annotation-rules.ts';
import { endpointsOfPort } from '../endpoints/endpoints.ts';
import { externalNameTarget, isHostName, isNameAllowed, schemeOfTarget } from '../external-name.ts';
import { balanced } from '../load-balancing.ts';
import { noEndpoints } from '../no-endpoints.ts';
import type { IngressContext, Target } from './context.ts';

const none: Target = { type: 'none' };
const withoutEndpoints: Target = { type: 'service', ...noEndpoints };

function portText({ number, name }: IngressServicePort): string {
  return number === 0 ? name : String(number);
}

function findPort(service: Service, wanted: IngressServicePort): ServicePort | undefined {
  const text = portText(wanted);
  if (text === '') return undefined;
  return service.ports.find(
    ({ name, port, targetPort }) => targetPort !== undefined && (String(port) === text || name === text),
  );
}

function externalTarget(service: Service, port: ServicePort, context: IngressContext): Target {
  const { externalNames } = context.options;
  const { externalName } = service;
  const who = `service ${service.name} of type ExternalName`;
  if (!externalNames.enabled) {
    const message = `${who} is not enabled as a backend of an ingress: use a Service with endpoints`;
    context.report({ code: 'external-name-disabled', severity: 'info', message });
    return none;
  }
  if (!isNameAllowed(externalName, externalNames.allowed)) {
    const message = `ingress with not allowed external name service ${service.name}: ${externalName}`;
    context.report({ code: 'external-name-not-allowed', severity: 'info', message });
    return none;
  }
  if (!isHostName(externalName)) {
    const message = `${who} names ${JSON.stringify(externalName)}, which no host can be called: correct its externalName`;
    context.report({ code: 'invalid-backend', message });
    return none;
  }
  return { type: 'external', ...externalNameTarget(service, port, externalNames), externalName };
}

function serviceEndpoints(service: Service, port: ServicePort, context: IngressContext): readonly LbEndpoint[] {
  const { namespace } = context.metadata;
  if (!context.options.forceService) return endpointsOfPort(context.endpoints, namespace, service.name, port);
  const host = `${service.name}.${namespace}.svc.cluster.local`;
  return [{ address: `${schemeOfTarget(port.targetPort)}://${host}:${String(port.targetPort)}` }];
}

function endpointsTarget(endpoints: readonly LbEndpoint[], { metadata, settings }: IngressContext): Target {
  if (endpoints.length === 0) return withoutEndpoints;
  const filters = endpoints.length > 1 ? zoneAwarenessFilters(metadata) : [];
  return { type: 'service', filters, backend: balanced(endpoints, settings.algorithm) };
}

function serviceTarget(service: Service, port: ServicePort, context: IngressContext): Target {
  const known = context.resolved.find((one) => one.service === service && one.port === port);
  if (known !== undefined) return known.target;
  const target = endpointsTarget(serviceEndpoints(service, port, context), context);
  context.resolved.push({ service, port, target });
  return target;
}

/** Resolves one backend. A port that the Service does not have counts as one without endpoints. */
export function resolveTarget(backend: IngressBackend, field: string, context: IngressContext): Target {
  const { serviceName, servicePort } = backend;
  const { namespace } = context.metadata;
  const service = context.endpoints.lookup.service(namespace, serviceName);
  if (service === undefined) {
    const message = `service not found: failed to get service ${serviceName}, ${portText(servicePort)}`;
    context.report({ code: 'service-not-found', field, message });
    return none;
  }
  const port = findPort(service, servicePort);
  if (port === undefined) {
    const message = `service ${serviceName} has no port ${portText(servicePort)}: requests are answered with 502`;
    context.report({ code: 'service-port-not-found', field, severity: 'info', message });
    return withoutEndpoints;
  }
  if (service.type === 'ExternalName') return externalTarget(service, port, context);
  return serviceTarget(service, port, context);
}
