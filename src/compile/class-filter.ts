/** Which Ingresses and RouteGroups are ours. */

import type { Ingress, RouteGroup } from '../api/index.ts';
import type { Pattern } from './options.ts';

const ingressClassAnnotation = 'kubernetes.io/ingress.class';
const routeGroupClassAnnotation = 'zalando.org/routegroup.class';

/** An absent or empty class is everybody's. */
function fits(className: string | undefined, pattern: Pattern): boolean {
  return className === undefined || className === '' || pattern.test(className);
}

/** The annotation and `spec.ingressClassName` both have to fit. */
export function isIngressOfClass({ metadata, spec }: Ingress, pattern: Pattern): boolean {
  return fits(metadata.annotations.get(ingressClassAnnotation), pattern) && fits(spec?.className, pattern);
}

export function isRouteGroupOfClass({ metadata }: RouteGroup, pattern: Pattern): boolean {
  return fits(metadata.annotations.get(routeGroupClassAnnotation), pattern);
}
