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

/** What a rule of an Ingress has for a host. */
export interface HostRoutes {
  readonly host: string;
  /** Routes that count when the host's catch-all route is decided. */
  readonly drafts: readonly Draft[];
  /** A wish about redirects for that route. All Ingresses of a host have a say in it. */
  readonly redirect: RedirectPolicy | undefined;
}

export interface IngressOutcome extends Outcome {
  /** Route of the default backend. */
  readonly defaultRoutes: readonly Draft[];
  /** In the order of the rules, of which several can have the same host. */
  readonly hosts: readonly HostRoutes[];
  /** The default backend's route under the east-west host. */
  readonly eastWestRoutes: readonly Draft[];
}

/** RouteGroups decide everything, catch-all routes included, for themselves. */
export interface RouteGroupOutcome extends Outcome {
  readonly routes: readonly Route[];
}
