/** Gives whole clusters. */
import fc from 'fast-check';
import { ingress } from './ingresses.ts';
import { routeGroup } from './route-groups.ts';
import { serviceObjects, type Json } from './services.ts';
import { namespaces, serviceNames } from './words.ts';

const services = fc
  .tuple(...namespaces.flatMap((namespace) => serviceNames.map((name) => serviceObjects(namespace, name))))
  .map((objects) => objects.flat());

function identityOf({ kind, metadata }: Json): string {
  const { namespace, name } = metadata as Json;
  return [kind, namespace, name].join('/');
}
const protocol = 'zalando.org/skipper-backend-protocol';

/**
 * Gives all RouteGroups of a namespace the protocol of its first one: in the original, whichever of two is compiled
 * first decides for all that share a Service (docs/guide/parity.md).
 */
function withOneProtocol(groups: readonly Json[]): readonly Json[] {
  const first = new Map<unknown, Json>();
  return groups.map((group) => {
    const metadata = group['metadata'] as Json;
    const { [protocol]: own, ...annotations } = metadata['annotations'] as Json;
    const chosen = first.get(metadata['namespace']) ?? (own === undefined ? {} : { [protocol]: own });
    first.set(metadata['namespace'], chosen);
    return { ...group, metadata: { ...metadata, annotations: { ...annotations, ...chosen } } };
  });
}
const named = { selector: identityOf };

/** All objects of a cluster, each name once. */
export const cluster: fc.Arbitrary<readonly Json[]> = fc
  .tuple(
    services,
    fc.uniqueArray(ingress, { maxLength: 6, ...named }),
    fc.uniqueArray(routeGroup, { maxLength: 5, ...named }),
  )
  .map(([others, ingresses, routeGroups]) => [...others, ...ingresses, ...withOneProtocol(routeGroups)]);
