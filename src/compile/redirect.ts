/** Redirects from HTTP to HTTPS, by the header that the load balancer in front of Skipper sets. */

import type { Metadata } from '../api/index.ts';
import type { Backend, Filter, Predicate, Route } from '../eskip/index.ts';
import { canonicalPredicates } from './canonical.ts';
import { call, emptyDraft, fieldCall, finish, type Draft } from './draft.ts';
import { redirectRouteId } from './ids.ts';
import { joined } from './lists.ts';
import type { CompileOptions } from './options.ts';
import type { Finding } from './problem.ts';

const enableAnnotation = 'zalando.org/skipper-ingress-redirect';
const codeAnnotation = 'zalando.org/skipper-ingress-redirect-code';
const forwardedProto = 'X-Forwarded-Proto';

/** Puts redirects before every other route. */
const precedence = call('Weight', 1000);
const shunt: Backend = { type: 'shunt' };

/** What an object wants: `off` is a wish as well, it keeps the global redirect away from the object's hosts. */
export interface RedirectPolicy {
  readonly mode: 'on' | 'off' | 'none';
  readonly code: number;
}

const cameByHttp: readonly Predicate[] = [fieldCall('Header', forwardedProto, 'http')];
const cameByHttpInList = call('Header', forwardedProto, 'http');

let last = { code: 0, filters: [] as readonly Filter[] };

/** Nearly all redirects of a cluster have the same code. */
function redirectFilters(code: number): readonly Filter[] {
  if (last.code !== code) last = { code, filters: [call('redirectTo', code, 'https:')] };
  return last.filters;
}

function modeOf({ annotations }: Metadata, globally: boolean): RedirectPolicy['mode'] {
  const annotation = annotations.get(enableAnnotation);
  if (annotation === 'true') return 'on';
  if (annotation === 'false') return 'off';
  return globally ? 'on' : 'none';
}

export function redirectPolicy(
  metadata: Metadata,
  options: CompileOptions,
): { readonly policy: RedirectPolicy; readonly findings: readonly Finding[] } {
  const mode = modeOf(metadata, options.httpsRedirect);
  const written = metadata.annotations.get(codeAnnotation);
  if (written === undefined) return { policy: { mode, code: options.httpsRedirectCode }, findings: [] };
  const code = /^[+-]?[0-9]+$/.test(written) ? Number(written) : NaN;
  if (code >= 300 && code < 400) return { policy: { mode, code }, findings: [] };
  const finding: Finding = {
    code: 'invalid-annotation',
    field: `metadata.annotations[${codeAnnotation}]`,
    message: `invalid redirect code annotation ${JSON.stringify(written)}: give a number from 300 to 399`,
  };
  return { policy: { mode, code: options.httpsRedirectCode }, findings: [finding] };
}

/** The route for requests that came by HTTP: to HTTPS or, when redirects are off, where the route itself goes. */
export function ingressRedirect(draft: Draft, policy: RedirectPolicy): Draft {
  const { hosts, pathPatterns } = draft;
  const enabled = policy.mode === 'on';
  return {
    id: redirectRouteId(draft.id, enabled),
    hosts,
    pathPatterns,
    fields: joined(draft.fields, cameByHttp),
    predicates: [precedence, ...draft.predicates],
    filters: enabled ? redirectFilters(policy.code) : draft.filters,
    backend: enabled ? shunt : draft.backend,
  };
}

/** RouteGroups have no route for "off": the group's own routes simply stay without a redirect beside them. */
export function routeGroupRedirect(route: Route, code: number): Route {
  return {
    id: redirectRouteId(route.id, true),
    predicates: [...canonicalPredicates(route.predicates), cameByHttpInList],
    filters: redirectFilters(code),
    backend: shunt,
  };
}

/** Whether a route already decides by the protocol; a redirect would shadow it. */
export function decidesByProtocol(predicates: readonly Predicate[]): boolean {
  return predicates.some(
    ({ name, args }) => (name === 'Header' || name === 'HeaderRegexp') && args[0] === forwardedProto,
  );
}

/** The same question for an Ingress, which Skipper answers by searching the text of its annotations. */
export function mentionsProtocol(texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => text?.includes(`Header("${forwardedProto}"`) ?? false);
}

/** The route that redirects whatever no other route of the cluster has redirected. */
export function globalRedirectRoutes(options: CompileOptions): readonly Route[] {
  if (!options.httpsRedirect) return [];
  return [
    finish({
      ...emptyDraft,
      id: 'kube__redirect',
      fields: cameByHttp,
      predicates: [precedence],
      filters: redirectFilters(options.httpsRedirectCode),
      backend: shunt,
    }),
  ];
}
