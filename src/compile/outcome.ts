/** What compiling one object gives. Outcomes are kept per object; `assemble` makes a table of them. */

import type { Route } from '../eskip/index.ts';
import type { Draft } from './draft.ts';
import type { Problem } from './problem.ts';
import type { RedirectPolicy } from './redirect.ts';
import type { CertificateReference } from './tls.ts';

interface Outcome {
  readonly problems: readonly Problem[];
  readonly certificates: readonly CertificateReference[];
}

/** A route of an Ingress and the host under which it counts when that host's catch-all route is decided. */
export interface HostDraft {
  readonly host: string;
  readonly draft: Draft;
}

/** A wish about redirects for a host's catch-all route. All Ingresses of a host have a say in it. */
export interface HostRedirect {
  readonly host: string;
  readonly policy: RedirectPolicy;
}

export interface IngressOutcome extends Outcome {
  /** Route of the default backend. */
  readonly defaultRoutes: readonly Draft[];
  readonly hostRoutes: readonly HostDraft[];
  readonly hostRedirects: readonly HostRedirect[];
  /** The default backend's route under the east-west host. */
  readonly eastWestRoutes: readonly Draft[];
}

/** RouteGroups decide everything, catch-all routes included, for themselves. */
export interface RouteGroupOutcome extends Outcome {
  readonly routes: readonly Route[];
}
