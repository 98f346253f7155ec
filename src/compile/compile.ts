/** Gets the state of a cluster and the options, gives the table and every problem on the way. */

import type { Metadata } from '../api/index.ts';
import { assemble, type Table } from './assemble.ts';
import { compareNamed, indexCluster, type ClusterState } from './cluster.ts';
import { compileContext } from './context.ts';
import { compileIngress } from './ingress/compile-ingress.ts';
import type { CompileOptions } from './options.ts';
import { compileRouteGroup } from './route-group/compile-route-group.ts';
import { applyRouteChanges } from './route-changes.ts';
import type { CertificateReference } from './tls.ts';

/** A compiled table. */
export interface Compiled extends Table {
  /** Certificates that the objects ask for; empty unless `tls` is on. */
  readonly certificates: readonly CertificateReference[];
}

function inOrder<T extends { readonly metadata: Metadata }>(objects: readonly T[]): readonly T[] {
  return objects.toSorted((a, b) => compareNamed(a.metadata, b.metadata));
}

/**
 * Compiles a whole cluster. Routes are sorted by id. Never throws because of what the objects hold: a bad object loses
 * its own routes and is named in `problems`.
 */
export function compile(state: ClusterState, options: CompileOptions): Compiled {
  const context = compileContext(options, indexCluster(state));
  const ingresses = inOrder(state.ingresses).map((ingress) => compileIngress(ingress, context));
  const routeGroups = inOrder(state.routeGroups).map((group) => compileRouteGroup(group, context));
  const table = applyRouteChanges(assemble({ ingresses, routeGroups }, context.options), context.options);
  return { ...table, certificates: [...ingresses, ...routeGroups].flatMap(({ certificates }) => certificates) };
}
