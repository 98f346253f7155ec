/**
 * The route as a value: what a line of eskip, Skipper's route language, means.
 *
 * Source: Skipper v0.27.65, `eskip/eskip.go`. Skipper keeps some predicates (Path, Host, Method, Header, …) in
 * fields of their own; here every predicate is in one list, in the order in which it was written.
 */

/** A predicate's or filter's argument. Regular expression literals (`/^a/`) are strings, as in Skipper. */
export type Arg = string | number;

/** A named call, such as `Path("/a")` or `setPath("/b")`. */
export interface Call {
  readonly name: string;
  readonly args: readonly Arg[];
}

/**
 * A condition of a route.
 *
 * `inField` says that Skipper would hold this predicate in a field of its route object and not in the route's list
 * of predicates. The meaning is the same; only the printed form differs: fields come first, in Skipper's fixed order,
 * and their patterns are written `/…/`. `fieldPredicate` makes one.
 */
export interface Predicate extends Call {
  readonly inField?: true;
}
export type Filter = Call;

/** One endpoint of a load-balanced backend: a URL such as `http://10.2.0.1:8080`, and its zone when known. */
export interface LbEndpoint {
  readonly address: string;
  readonly zone?: string;
}

/** Where a route sends a request. `lb.algorithm` is `''` when the route leaves it to Skipper's default. */
export type Backend =
  | { readonly type: 'network'; readonly address: string }
  | { readonly type: 'lb'; readonly algorithm: string; readonly endpoints: readonly LbEndpoint[] }
  | { readonly type: 'shunt' }
  | { readonly type: 'loopback' }
  | { readonly type: 'dynamic' }
  | { readonly type: 'forward' };

/** A compiled or applied route. `id` is `''` for the single anonymous route that eskip allows. */
export interface Route {
  readonly id: string;
  readonly predicates: readonly Predicate[];
  readonly filters: readonly Filter[];
  readonly backend: Backend;
}
