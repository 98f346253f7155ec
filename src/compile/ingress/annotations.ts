/** Names of the annotations of an Ingress, and how a wrong one is told. */

import type { Finding } from '../problem.ts';

export const annotation = {
  filter: 'zalando.org/skipper-filter',
  predicate: 'zalando.org/skipper-predicate',
  routes: 'zalando.org/skipper-routes',
  backend: 'zalando.org/skipper-backend',
  loadBalancer: 'zalando.org/skipper-loadbalancer',
  protocol: 'zalando.org/skipper-backend-protocol',
  pathMode: 'zalando.org/skipper-ingress-path-mode',
  ratelimit: 'zalando.org/ratelimit',
  weights: 'zalando.org/backend-weights',
} as const;

export function annotationField(name: string): string {
  return `metadata.annotations[${name}]`;
}

export function invalidAnnotation(name: string, message: string): Finding {
  const told = `invalid "${name}" annotation: ${message}`;
  return { code: 'invalid-annotation', field: annotationField(name), message: told };
}
