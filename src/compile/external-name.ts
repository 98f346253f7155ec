/** Services of type ExternalName as backends, and which addresses outside the cluster users may name. */

import type { Service, ServicePort } from '../api/index.ts';
import { call, type Draft } from './draft.ts';
import { hostnameOf, parseGoUrl } from './go-url.ts';
import type { ExternalNameOptions, Pattern } from './options.ts';

export function isNameAllowed(name: string, allowed: readonly Pattern[] | undefined): boolean {
  return allowed?.some((pattern) => pattern.test(name)) ?? true;
}

/**
 * Whether the name could be a host's at all. The original prints it as it is, and a quote in it spoils the whole table;
 * other names that no DNS knows are left to Skipper, as there.
 */
export function isHostName(name: string): boolean {
  return !/["\\\s\p{Cc}]/u.test(name);
}

/** Whether a RouteGroup may use the address. One that is no URL may never be used. */
export function isAddressAllowed(address: string, allowed: readonly Pattern[] | undefined): boolean {
  const url = parseGoUrl(address);
  return url !== undefined && isNameAllowed(hostnameOf(url), allowed);
}

/** HTTPS for port 443, whatever the port's name says. */
export function schemeOfTarget(targetPort: number | string | undefined): 'http' | 'https' {
  return targetPort === 443 ? 'https' : 'http';
}

/** Where the requests go. Path and traffic weight of the rule do not apply to it: so it is in Skipper. */
export function externalNameTarget(
  service: Service,
  port: ServicePort,
  options: ExternalNameOptions,
): Pick<Draft, 'filters' | 'backend'> {
  const { externalName } = service;
  const address = `${schemeOfTarget(port.targetPort)}://${externalName}:${String(port.targetPort)}`;
  return {
    filters: options.preserveHost ? [] : [call('setRequestHeader', 'Host', externalName)],
    backend: { type: 'network', address },
  };
}
