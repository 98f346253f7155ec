/** Gets one Ingress, gives its routes and its problems. It sees other objects only through the lookup. */

import type { Ingress, IngressPath, IngressRule, IngressSpec, ObjectRef } from '../../api/index.ts';
import { isZoneAwarenessOff } from '../annotation-rules.ts';
import type { ClusterLookup } from '../cluster.ts';
import type { CompileContext } from '../context.ts';
import { finish, hostPredicate, type Draft } from '../draft.ts';
import { eastWestHost, isInternalHost, withRangePredicates } from '../east-west.ts';
import type { CompileOptions } from '../options.ts';
import { ingressRuleId } from '../ids.ts';
import { gathered } from '../lists.ts';
import type { HostRoutes, IngressOutcome } from '../outcome.ts';
import { problemsOf, type Finding } from '../problem.ts';
import { unreadable } from '../readable.ts';
import type { RedirectPolicy } from '../redirect.ts';
import { tlsOutcome, type TlsOutcome } from '../tls.ts';
import { trafficShares, wholeTraffic, type TrafficShare, type WeightedBackend } from '../traffic/traffic.ts';
import { isIngressOfClass } from '../class-filter.ts';
import { annotation } from './annotations.ts';
import type { IngressContext, PathRoutes, Rule } from './context.ts';
import { customRoutes } from './custom-routes.ts';
import { defaultBackendEastWest, defaultBackendRoutes } from './default-backend.ts';
import { readEskipTexts, type EskipTexts } from './eskip-texts.ts';
import { pathRuleRoutes } from './path-rule.ts';
import { ingressSettings } from './settings.ts';

const noRoutes = { defaultRoutes: [], hosts: [], eastWestRoutes: [], certificates: [] };

const noShares: ReadonlyMap<string, ReadonlyMap<string, TrafficShare>> = new Map();
/** Up to so many paths are compared with each other, which is less work than a set of them. */
const fewPaths = 8;

/** Whether a path may stand there twice: nearly never. */
function sharesPaths(paths: readonly IngressPath[]): boolean {
  if (paths.length > fewPaths) return true;
  return paths.some(({ path }, at) => paths.findIndex((other) => other.path === path) < at);
}

/** Backends with the same path share its traffic; those of another path of the same rule do not matter. */
function sharesByPath(
  paths: readonly IngressPath[],
  context: IngressContext,
): ReadonlyMap<string, ReadonlyMap<string, TrafficShare>> {
  if (!sharesPaths(paths)) return noShares;
  const byPath = new Map<string, WeightedBackend[]>();
  for (const { path, backend } of paths) {
    const name = backend?.serviceName ?? '';
    const weighted = { name, weight: context.settings.weights.get(name) ?? 0 };
    const backends = byPath.get(path);
    if (backends === undefined) byPath.set(path, [weighted]);
    else backends.push(weighted);
  }
  const shares = new Map<string, ReadonlyMap<string, TrafficShare>>();
  for (const [path, backends] of byPath) {
    // The only backend of a path gets everything, whatever its weight.
    if (backends.length > 1) shares.set(path, trafficShares(context.options.trafficAlgorithm, backends));
  }
  return shares;
}

function ruleOf(host: string, { metadata, options }: IngressContext): Rule {
  return {
    host,
    hosts: host === '' ? [] : [hostPredicate(host)],
    id: ingressRuleId(metadata.namespace, metadata.name, host),
    isInternal: isInternalHost(host, options),
  };
}

/** Of each path: its custom routes, then its own. */
function pathRoutes({ host, paths }: IngressRule, field: string, context: IngressContext): readonly PathRoutes[] {
  if (paths === undefined) {
    context.report({ code: 'rule-without-http', field, severity: 'info', message: 'skipping rule without http' });
    return [];
  }
  const rule = ruleOf(host, context);
  const shares = sharesByPath(paths, context);
  return gathered(paths, (path, index) => {
    const pathField = `${field}.http.paths[${String(index)}]`;
    const custom = customRoutes(host, path, context);
    const { backend } = path;
    if (backend === undefined) {
      const message = `invalid path rule of host ${host}: missing backend`;
      context.report({ code: 'invalid-backend', field: `${pathField}.backend`, message });
      return custom;
    }
    const share = shares.get(path.path)?.get(backend.serviceName) ?? wholeTraffic;
    const own = share.allowed ? pathRuleRoutes({ rule, path, backend, share, field: pathField }, context) : undefined;
    return own === undefined ? custom : [...custom, own];
  });
}

function ruleRoutes(rule: IngressRule, field: string, context: IngressContext): readonly HostRoutes[] {
  const { metadata, options } = context;
  const routes = pathRoutes(rule, field, context);
  const at = (host: string, drafts: readonly Draft[], redirect?: RedirectPolicy): readonly HostRoutes[] =>
    drafts.length === 0 ? [] : [{ host, drafts: withRangePredicates(drafts, host, options), redirect }];
  const drafts = gathered(routes, (path) => path.drafts);
  const own = at(rule.host, drafts, routes.find(({ redirect }) => redirect !== undefined)?.redirect);
  if (!options.eastWest.enabled) return own;
  const inCluster = eastWestHost(metadata.name, metadata.namespace, options.eastWest);
  const twins = gathered(routes, (path) => path.twins);
  return [...own, ...at(inCluster, twins)];
}

function tlsOf(spec: IngressSpec, namespace: string, options: CompileOptions, lookup: ClusterLookup): TlsOutcome {
  if (!options.tls) return { certificates: [], findings: [] };
  return tlsOutcome(spec.tls, { kind: 'Ingress', namespace, hosts: spec.rules.map(({ host }) => host) }, lookup);
}

type Converted = Omit<IngressOutcome, 'problems'> & { readonly findings: readonly Finding[] };

function convert({ metadata }: Ingress, spec: IngressSpec, texts: EskipTexts, compile: CompileContext): Converted {
  const { options, lookup, defaultFilters } = compile;
  const { value: settings, findings: settingsFindings } = ingressSettings(metadata, texts, options);
  const findings: Finding[] = [...settingsFindings];
  const zone = isZoneAwarenessOff(metadata) ? '' : options.topologyZone;
  const context: IngressContext = {
    metadata,
    settings,
    options,
    endpoints: { lookup, endpointSlices: options.endpointSlices, zone, protocol: settings.protocol },
    resolved: [],
    defaultFilters,
    report: (finding) => findings.push(finding),
  };
  const defaultRoutes = defaultBackendRoutes(spec.defaultBackend, context);
  const hosts = gathered(spec.rules, (rule, index) => ruleRoutes(rule, `spec.rules[${String(index)}]`, context));
  const tls = tlsOf(spec, metadata.namespace, options, lookup);
  return {
    defaultRoutes,
    eastWestRoutes: defaultBackendEastWest(defaultRoutes, context),
    hosts,
    certificates: tls.certificates,
    findings: [...findings, ...tls.findings],
  };
}

const textAnnotations = [annotation.predicate, annotation.routes, annotation.protocol];

/** Routes of an Ingress with text of its user's are looked through once more, for the sake of all others. */
function withoutUnreadable(outcome: Converted, ingress: Ingress): Converted {
  if (!textAnnotations.some((name) => ingress.metadata.annotations.has(name))) return outcome;
  const findings: Finding[] = [];
  const isReadable = (draft: Draft) => {
    const finding = unreadable(finish(draft));
    if (finding !== undefined) findings.push(finding);
    return finding === undefined;
  };
  return {
    ...outcome,
    defaultRoutes: outcome.defaultRoutes.filter(isReadable),
    eastWestRoutes: outcome.eastWestRoutes.filter(isReadable),
    hosts: outcome.hosts.map((rule) => ({ ...rule, drafts: rule.drafts.filter(isReadable) })),
    findings: [...outcome.findings, ...findings],
  };
}

/** Compiles one Ingress. One of another class gives nothing, not even problems: it is somebody else's. */
export function compileIngress(ingress: Ingress, compile: CompileContext): IngressOutcome {
  const { metadata, spec } = ingress;
  const object: ObjectRef = { kind: 'Ingress', namespace: metadata.namespace, name: metadata.name };
  if (!isIngressOfClass(ingress, compile.options.ingressClass)) return { ...noRoutes, problems: [] };
  const read = readEskipTexts(metadata);
  if (!read.ok) return { ...noRoutes, problems: problemsOf(object, read.findings) };
  if (metadata.namespace === '' || metadata.name === '' || spec === undefined) {
    const message = 'invalid ingress: metadata.namespace, metadata.name or spec is missing';
    return { ...noRoutes, problems: problemsOf(object, [{ code: 'invalid-object', message }]) };
  }
  const outcome = withoutUnreadable(convert(ingress, spec, read.texts, compile), ingress);
  const { defaultRoutes, hosts, eastWestRoutes, certificates, findings } = outcome;
  return { defaultRoutes, hosts, eastWestRoutes, certificates, problems: problemsOf(object, findings) };
}
