/** Gets the config and what was taken over from Skipper. Gives the pod template of the route server. */
import type { RouteServerConfig } from '../api/index.ts';
import { ROUTES_PORT, SUPPORT_PORT } from './derive-flags.ts';
import type { TakenOver } from './from-skipper.ts';
import { FLAGS_DIGEST_ANNOTATION, objectLabels, routeServerUrl, selectorLabels } from './names.ts';
import { routeServerAccount } from './route-server-access.ts';
import type { Container, EnvVar, Json, JsonObject, PodSpec } from './types.ts';

export interface PodInput {
  readonly config: RouteServerConfig;
  readonly taken: TakenOver;
  /** Used when the spec names none. */
  readonly defaultImage: string;
  readonly flagsDigest: string;
}

const TEMP = { name: 'tmp', dir: '/tmp' };
/** Room for the 5 s in which other nodes forget the endpoint, and for bodies that are on their way to end. */
const GRACE_PERIOD_SECONDS = 30;

/** The pod template; the same for our image and for Zalando's. */
export function routeServerPodTemplate(input: PodInput): JsonObject {
  const { metadata, spec } = input.config;
  const { podLabels, podAnnotations } = spec.routeServer;
  return {
    metadata: {
      labels: { ...podLabels, ...objectLabels(metadata, 'route-server') },
      annotations: { ...podAnnotations, [FLAGS_DIGEST_ANNOTATION]: input.flagsDigest },
    },
    spec: podSpec(input),
  };
}

function podSpec(input: PodInput): PodSpec {
  const { config, taken } = input;
  return {
    serviceAccountName: routeServerAccount(config),
    automountServiceAccountToken: true,
    terminationGracePeriodSeconds: GRACE_PERIOD_SECONDS,
    securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container(input)],
    volumes: [{ name: TEMP.name, emptyDir: {} }, ...taken.volumes],
    ...scheduling(config),
  };
}

function container({ config, taken, defaultImage }: PodInput): Container {
  const { image, imagePullPolicy, resources, env } = config.spec.routeServer;
  const { environment } = taken;
  return {
    name: 'routesrv',
    image: image ?? defaultImage,
    ...given({ imagePullPolicy }),
    // Both images have it in their path; Zalando's has Skipper for its default.
    command: ['routesrv'],
    args: taken.routeServerArgs,
    env: mergedEnv([...reliability(config), ...environment.env], (asJson(env) ?? []) as readonly EnvVar[]),
    ...(environment.envFrom.length > 0 ? { envFrom: environment.envFrom } : {}),
    ports: [
      { name: 'http', containerPort: ROUTES_PORT, protocol: 'TCP' },
      { name: 'support', containerPort: SUPPORT_PORT, protocol: 'TCP' },
    ],
    readinessProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 1, timeoutSeconds: 1 },
    // /health is 503 until routes were loaded, and restarting does not bring the API server back. A connection does say
    // that the process is alive.
    livenessProbe: { tcpSocket: { port: 'http' }, initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 6 },
    ...given({ resources }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: TEMP.name, mountPath: TEMP.dir }, ...taken.volumeMounts],
  };
}

/**
 * For a start while the API server is away: the last table of this pod, or of a replica. As variables, which Zalando's
 * image ignores; it would not start with flags that it does not know (docs/adr/0013).
 */
function reliability(config: RouteServerConfig): readonly EnvVar[] {
  return [
    { name: 'ROUTESRV_LAST_KNOWN_GOOD_DIR', value: `${TEMP.dir}/last-known-good` },
    { name: 'ROUTESRV_PEER_URLS', value: `${routeServerUrl(config)}/routes` },
  ];
}

function scheduling({ metadata, spec }: RouteServerConfig): JsonObject {
  const { imagePullSecrets, nodeSelector, tolerations, priorityClassName } = spec.routeServer;
  const labelSelector = { matchLabels: selectorLabels(metadata, 'route-server') };
  // Both only ask: a second route server in the same place is better than none at all.
  const overZones = {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector,
  };
  const apart = { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector } };
  return {
    topologySpreadConstraints: asJson(spec.routeServer.topologySpreadConstraints) ?? [overZones],
    affinity: asJson(spec.routeServer.affinity) ?? {
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [apart] },
    },
    ...given({ imagePullSecrets, nodeSelector, tolerations, priorityClassName }),
  };
}

// A person's variable takes the place of Skipper's of the same name: a list with a name twice cannot be applied.
function mergedEnv(fromSkipper: readonly EnvVar[], fromSpec: readonly EnvVar[]): readonly EnvVar[] {
  const own = new Set(fromSpec.map(({ name }) => name));
  return [...fromSkipper.filter(({ name }) => !own.has(name)), ...fromSpec];
}

/** The fields that are set: an applied `undefined` would be no JSON. */
function given(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}

// The API server has checked these parts of the spec against the schema of a pod; to us they are opaque.
const asJson = (value: unknown): Json | undefined => value as Json | undefined;
