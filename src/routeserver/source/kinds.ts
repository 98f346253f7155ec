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
import { readEndpointSlice } from './quick/endpoint-slice.ts';
import { readIngress } from './quick/ingress.ts';
import { QuickObject } from './quick/metadata.ts';
import { readService } from './quick/service.ts';

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

/** For kinds that are read from protobuf at once; from JSON, as in watches, they come undecoded. */
function unlessDecoded<T extends object>(decode: (raw: KubeObject) => T | DecodeProblem): typeof decode {
  return (raw) => (raw instanceof QuickObject ? (raw.decoded as T) : decode(raw));
}

/** Every kind that can matter. */
export const sourceKinds: { readonly [Name in SourceKindName]: SourceKind<ObjectsByKind[Name]> } = {
  ingresses: {
    kind: kinds.Ingress,
    decode: unlessDecoded(decodeIngress),
    message: messages.Ingress.readBy(readIngress),
    isOptional: false,
  },
  routeGroups: { kind: kinds.RouteGroup, decode: decodeRouteGroup, isOptional: true },
  services: {
    kind: kinds.Service,
    decode: unlessDecoded(decodeService),
    message: messages.Service.readBy(readService),
    isOptional: false,
  },
  endpoints: { kind: kinds.Endpoints, decode: decodeEndpoints, message: messages.Endpoints, isOptional: false },
  endpointSlices: {
    kind: kinds.EndpointSlice,
    decode: unlessDecoded(decodeEndpointSlice),
    message: messages.EndpointSlice.readBy(readEndpointSlice),
    isOptional: false,
  },
};

/**
 * So many that a list is one page as a rule: the API server has the first page in its cache, but often has to read the
 * others from etcd, at several times the cost (docs/adr/0072). Few enough to bound what an answer may take.
 */
export const pageSize = 25_000;

/** The kinds that are read; nothing else is listed or watched. */
export function neededKinds(options: { readonly endpointSlices: boolean }): readonly SourceKindName[] {
  return ['ingresses', 'routeGroups', 'services', options.endpointSlices ? 'endpointSlices' : 'endpoints'];
}
