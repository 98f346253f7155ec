/**
 * Gives, for each kind that routes are made of, how it is read; and which kinds a set of options needs.
 */
import {
  decodeEndpoints,
  decodeEndpointSlice,
  decodeIngress,
  decodeRouteGroup,
  decodeService,
} from '../../api/index.ts';
import type { DecodeProblem, Endpoints, EndpointSlice, Ingress, RouteGroup, Service } from '../../api/index.ts';
import { kinds, messages } from '../../kube/index.ts';
import type { KubeObject, Message, ResourceKind } from '../../kube/index.ts';

/** What is kept of each kind's objects. */
export interface ObjectsByKind {
  readonly ingresses: Ingress;
  readonly routeGroups: RouteGroup;
  readonly services: Service;
  readonly endpoints: Endpoints;
  readonly endpointSlices: EndpointSlice;
}

/** The kinds, named as in the compiler's state. */
export type SourceKindName = keyof ObjectsByKind;

/** A kind as the source reads it. An object that cannot be decoded becomes a problem; it never stops the others. */
export interface SourceKind<T extends object = object> {
  readonly kind: ResourceKind;
  readonly decode: (raw: KubeObject) => T | DecodeProblem;
  /** Of the kinds that the API server has in protobuf: what `decode` reads, and names and versions. */
  readonly message?: Message;
  /** Whether the cluster may be without this kind. */
  readonly isOptional: boolean;
}

/** Every kind that can matter. */
export const sourceKinds: { readonly [Name in SourceKindName]: SourceKind<ObjectsByKind[Name]> } = {
  ingresses: { kind: kinds.Ingress, decode: decodeIngress, message: messages.Ingress, isOptional: false },
  routeGroups: { kind: kinds.RouteGroup, decode: decodeRouteGroup, isOptional: true },
  services: { kind: kinds.Service, decode: decodeService, message: messages.Service, isOptional: false },
  endpoints: { kind: kinds.Endpoints, decode: decodeEndpoints, message: messages.Endpoints, isOptional: false },
  endpointSlices: {
    kind: kinds.EndpointSlice,
    decode: decodeEndpointSlice,
    message: messages.EndpointSlice,
    isOptional: false,
  },
};

/** Larger pages cost the API server less; with twice as many objects in each, 15 MiB more are resident afterwards. */
export const pageSize = 1_000;

/** The kinds that are read; nothing else is listed or watched. */
export function neededKinds(options: { readonly endpointSlices: boolean }): readonly SourceKindName[] {
  return ['ingresses', 'routeGroups', 'services', options.endpointSlices ? 'endpointSlices' : 'endpoints'];
}
