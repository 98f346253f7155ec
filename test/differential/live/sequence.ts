/** Gives generated lives of a cluster: what is there at first, and batches of changes to it. */
import fc from 'fast-check';
import { ingressAnnotations, labels, routeGroupAnnotations } from '../arbitraries/annotations.ts';
import { cluster } from '../arbitraries/cluster.ts';
import { flagSet, type FlagSet } from '../arbitraries/flags.ts';
import { ingress } from '../arbitraries/ingresses.ts';
import { routeGroup } from '../arbitraries/route-groups.ts';
import { serviceObjects, type Json } from '../arbitraries/services.ts';
import { namespaces, serviceNames } from '../arbitraries/words.ts';

/** What happens to a part of an object that is there. */
export type Touch =
  | { readonly on: 'note'; readonly value: string }
  | { readonly on: 'labels'; readonly value: Readonly<Record<string, string>> }
  | { readonly on: 'annotations'; readonly value: Readonly<Record<string, string>> }
  | { readonly on: 'readiness'; readonly value: boolean }
  | { readonly on: 'addresses'; readonly value: number };

/**
 * `at` counts through the objects that are there, as often round as it takes; that of `restore` through those that were
 * removed.
 */
export type Change =
  | { readonly type: 'put'; readonly object: Json }
  | { readonly type: 'workload'; readonly namespace: string; readonly name: string; readonly objects: readonly Json[] }
  | { readonly type: 'protocol'; readonly namespace: string; readonly value: string | null }
  | { readonly type: 'remove'; readonly at: number }
  | { readonly type: 'restore'; readonly at: number }
  | { readonly type: 'again'; readonly at: number }
  | { readonly type: 'touch'; readonly kind: string; readonly at: number; readonly touch: Touch };

export interface Sequence {
  readonly flags: FlagSet;
  readonly initial: readonly Json[];
  readonly batches: readonly (readonly Change[])[];
}

const at = fc.nat(99);
const namespace = fc.constantFrom(...namespaces);

const workload = fc
  .tuple(namespace, fc.constantFrom(...serviceNames))
  .chain(([ofNamespace, name]) =>
    serviceObjects(ofNamespace, name).map(
      (objects) => ({ type: 'workload', namespace: ofNamespace, name, objects }) as const,
    ),
  );
const touchOf = <T extends Touch>(kinds: readonly string[], touch: fc.Arbitrary<T>): fc.Arbitrary<Change> =>
  fc.record({ type: fc.constant('touch'), kind: fc.constantFrom(...kinds), at, touch });
const routed = ['Ingress', 'RouteGroup'] as const;
const everything = [...routed, 'Service', 'Endpoints', 'EndpointSlice'] as const;
const touch: fc.Arbitrary<Change> = fc.oneof(
  touchOf(everything, fc.record({ on: fc.constant('note'), value: fc.constantFrom('one', 'two') })),
  touchOf(routed, fc.record({ on: fc.constant('labels'), value: labels })),
  touchOf(['Ingress'], fc.record({ on: fc.constant('annotations'), value: ingressAnnotations })),
  touchOf(['RouteGroup'], fc.record({ on: fc.constant('annotations'), value: routeGroupAnnotations })),
  touchOf(['Endpoints', 'EndpointSlice'], fc.record({ on: fc.constant('readiness'), value: fc.boolean() })),
  touchOf(['Endpoints', 'EndpointSlice'], fc.record({ on: fc.constant('addresses'), value: fc.nat(9) })),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: ingress.map((object) => ({ type: 'put', object }) as const) },
  { weight: 3, arbitrary: routeGroup.map((object) => ({ type: 'put', object }) as const) },
  { weight: 3, arbitrary: workload },
  { weight: 5, arbitrary: touch },
  { weight: 3, arbitrary: at.map((index) => ({ type: 'remove', at: index }) as const) },
  { weight: 2, arbitrary: at.map((index) => ({ type: 'restore', at: index }) as const) },
  { weight: 1, arbitrary: at.map((index) => ({ type: 'again', at: index }) as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('protocol'),
      namespace,
      value: fc.constantFrom('https', 'h2c', 'http', null),
    }),
  },
);

const batch = fc.array(change, { minLength: 1, maxLength: 8, size: 'max' });

export const sequence: fc.Arbitrary<Sequence> = fc.record({
  flags: flagSet,
  initial: cluster,
  batches: fc.array(batch, { minLength: 1, maxLength: 12, size: 'max' }),
});
