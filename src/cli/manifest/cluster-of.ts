/**
 * Gets manifests; gives the cluster that they would make, as the compiler takes it, and where each object came from.
 */
import {
  decodeEndpoints,
  decodeEndpointSlice,
  decodeIngress,
  decodeRouteGroup,
  decodeService,
  isDecodeProblem,
} from '../../api/index.ts';
import type { DecodeProblem, ObjectRef, Service } from '../../api/index.ts';
import type { ClusterState } from '../../compile/index.ts';
import type { LocatedProblem } from './located-problem.ts';
import type { Place } from './place.ts';
import { describePlace, isRecord } from './read-manifests.ts';
import type { Json, Manifest } from './read-manifests.ts';

export interface ClusterOptions {
  /** Namespace of objects that name none. */
  readonly defaultNamespace: string;
  /** The only namespace that is looked at; `''` for all. */
  readonly onlyNamespace: string;
}

export interface ManifestCluster {
  readonly state: ClusterState;
  readonly problems: readonly LocatedProblem[];
  /** Undefined for an object that is in no manifest. */
  readonly placeOf: (object: ObjectRef, field?: string) => Place | undefined;
}

/** The kinds that routes are made of, in the version that the route server reads. Secrets it does not read. */
const apiVersions = {
  Ingress: 'networking.k8s.io/v1',
  RouteGroup: 'zalando.org/v1',
  Service: 'v1',
  Endpoints: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
} as const;
type NeededKind = keyof typeof apiVersions;

interface Candidate {
  readonly object: ObjectRef;
  readonly manifest: Manifest;
  readonly raw: unknown;
}

/** Makes a cluster of the objects of the kinds that matter; all others are passed over. Of two that are the same, the
 * later one counts, as when they are applied one after the other. */
export function clusterOf(manifests: readonly Manifest[], options: ClusterOptions): ManifestCluster {
  const problems: LocatedProblem[] = [];
  const candidates = new Map<string, Candidate>();
  for (const manifest of manifests) {
    const candidate = candidateOf(manifest, options);
    if (candidate === undefined) continue;
    const problem = problemWith(candidate, candidates.get(keyOf(candidate.object)));
    if (problem !== undefined) problems.push(problem);
    if (problem === undefined || problem.code === 'duplicate-object') {
      candidates.set(keyOf(candidate.object), candidate);
    }
  }
  const state = decodeAll([...candidates.values()], problems);
  const placeOf: ManifestCluster['placeOf'] = (object, field) => candidates.get(keyOf(object))?.manifest.placeOf(field);
  return { state, problems, placeOf };
}

function isNeeded(kind: string): kind is NeededKind {
  return Object.hasOwn(apiVersions, kind);
}

function candidateOf(manifest: Manifest, options: ClusterOptions): Candidate | undefined {
  const { kind, raw } = manifest;
  if (!isNeeded(kind) || isOfAnotherGroup(kind, manifest.apiVersion)) return undefined;
  const metadata = isRecord(raw['metadata']) ? raw['metadata'] : {};
  const namespace = namespaceIn(metadata, options.defaultNamespace);
  const name = typeof metadata['name'] === 'string' ? metadata['name'] : '';
  if (options.onlyNamespace !== '' && namespace !== options.onlyNamespace) return undefined;
  if (namespace === undefined) return { object: { kind, namespace: '', name }, manifest, raw };
  const object = { kind, namespace, name };
  return { object, manifest, raw: { ...raw, metadata: { ...metadata, namespace } } };
}

/** Undefined when it is no text: the decoder complains about it. */
function namespaceIn(metadata: Json, defaultNamespace: string): string | undefined {
  const written = metadata['namespace'] ?? '';
  if (typeof written !== 'string') return undefined;
  return written === '' ? defaultNamespace : written;
}

/** There are Services of Knative, for one. The first group that Ingresses were in has the same ones. */
function isOfAnotherGroup(kind: NeededKind, apiVersion: string): boolean {
  if (apiVersion === '' || (kind === 'Ingress' && apiVersion.startsWith('extensions/'))) return false;
  return groupOf(apiVersion) !== groupOf(apiVersions[kind]);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : '';
}

function problemWith({ object, manifest }: Candidate, earlier: Candidate | undefined): LocatedProblem | undefined {
  const problem = (code: LocatedProblem['code'], field: string, message: string): LocatedProblem => {
    return { object, field, code, severity: 'error', message, place: manifest.placeOf(field) };
  };
  const wanted = isNeeded(object.kind) ? apiVersions[object.kind] : '';
  if (manifest.apiVersion !== '' && manifest.apiVersion !== wanted) {
    return problem(
      'unsupported-version',
      'apiVersion',
      `the route server reads ${wanted} only, not ${manifest.apiVersion}`,
    );
  }
  if (object.name === '') return problem('invalid-object', 'metadata.name', 'expected a name');
  if (earlier === undefined) return undefined;
  const message = `is also in ${describePlace(earlier.manifest.placeOf())}; this one counts, for it comes later`;
  return problem('duplicate-object', 'metadata.name', message);
}

function decodeAll(candidates: readonly Candidate[], problems: LocatedProblem[]): ClusterState {
  const decoded = <T extends object>(kind: NeededKind, decode: (raw: unknown) => T | DecodeProblem): readonly T[] =>
    candidates.flatMap((candidate) => {
      if (candidate.object.kind !== kind) return [];
      const object = decode(candidate.raw);
      if (!isDecodeProblem(object)) return [object];
      problems.push(undecodable(candidate, object));
      return [];
    });
  return {
    ingresses: decoded('Ingress', decodeIngress),
    routeGroups: decoded('RouteGroup', decodeRouteGroup),
    services: decoded('Service', decodeService).map(withDefaults),
    endpoints: decoded('Endpoints', decodeEndpoints),
    endpointSlices: decoded('EndpointSlice', decodeEndpointSlice),
    secrets: [],
  };
}

/** As an API server stores it. The compiler relies on that, and takes a port without `targetPort` for none. */
function withDefaults(service: Service): Service {
  return {
    ...service,
    type: service.type === '' ? 'ClusterIP' : service.type,
    ports: service.ports.map((port) => ({ ...port, targetPort: port.targetPort ?? port.port })),
  };
}

function undecodable({ object, manifest }: Candidate, { field, message }: DecodeProblem): LocatedProblem {
  return { object, field, code: 'invalid-object', severity: 'error', message, place: manifest.placeOf(field) };
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}
