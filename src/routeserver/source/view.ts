/**
 * Gets decoded objects by kind; gives the cluster as the compiler takes it, and what could not be decoded.
 */
import { isDecodeProblem } from '../../api/index.ts';
import type { DecodeProblem } from '../../api/index.ts';
import type { ClusterState } from '../../compile/index.ts';
import type { ObjectsByKind, SourceKindName } from './kinds.ts';

/** A complete view: every kind that is needed was listed. */
export interface View {
  readonly state: ClusterState;
  readonly undecodable: readonly DecodeProblem[];
}

/** Where routes come from. */
export interface Source {
  /** Begins. `onChange` is called whenever `view()` may give something else. */
  start(onChange: () => void): void;
  stop(): Promise<void>;
  /** The cluster as it is known now; undefined until every kind was listed once. */
  view(): View | undefined;
  /** How old the data may be at most, in milliseconds: since each kind was last heard of. Undefined before the first. */
  ageMs(): number | undefined;
}

/** What is known of one kind. */
type Known = { readonly [Name in SourceKindName]?: Iterable<ObjectsByKind[Name] | DecodeProblem> };

/** Makes a view; kinds that are not given are empty. */
export function viewOf(known: Known): View {
  const undecodable: DecodeProblem[] = [];
  const good = <T extends object>(objects: Iterable<T | DecodeProblem> = []): readonly T[] => {
    const decoded: T[] = [];
    for (const object of objects) {
      if (isDecodeProblem(object)) undecodable.push(object);
      else decoded.push(object);
    }
    return decoded;
  };
  const state: ClusterState = {
    ingresses: good(known.ingresses),
    routeGroups: good(known.routeGroups),
    services: good(known.services),
    endpoints: good(known.endpoints),
    endpointSlices: good(known.endpointSlices),
    // Certificates are Skipper's own business: the original route server does not read Secrets either.
    secrets: [],
  };
  return { state, undecodable };
}
