/**
 * Gets a config's name and namespace. Gives the names and labels of everything the operator makes for it.
 *
 * Config names are at most 40 characters of a DNS label and begin with a letter (the CRD refuses others), so that every
 * name here is a valid Service name of at most 63.
 */
import { GROUP } from '../api/index.ts';
import type { RouteServerConfig } from '../api/index.ts';
import type { JsonObject } from './types.ts';

/** Label with the config's name, on every object made for it. */
export const CONFIG_LABEL = `${GROUP}/config` as const;
/** Label with the config's namespace; objects outside of it cannot be owned by the config and are found by this. */
export const CONFIG_NAMESPACE_LABEL = `${GROUP}/config-namespace` as const;
/** Annotation of Skipper's Deployment with what it was before it was wired. */
export const ORIGINAL_WIRING_ANNOTATION = `${GROUP}/original-wiring` as const;
/** Annotation of route server pods with the digest of the flags recorded in the ConfigMap. */
export const FLAGS_DIGEST_ANNOTATION = `${GROUP}/flags-digest` as const;
/** Annotation of a ConfigMap with settings: the file for which Skippers have to be restarted. */
export const RESTART_ANNOTATION = `${GROUP}/restart-for` as const;
/** Annotation of pods with the file of settings that they started with, and of the ConfigMap with the file in it. */
export const SETTINGS_MARK_ANNOTATION = `${GROUP}/skipper-settings` as const;

/** Label of a companion's pods, with the companion's name: its Deployment selects by it alone. */
export const COMPANION_LABEL = `${GROUP}/companion` as const;
/** Annotation of a companion with the step that it was made for, percent. */
export const STEP_ANNOTATION = `${GROUP}/step` as const;

/** What is needed of a config to name its objects. */
export interface ConfigKey {
  readonly name: string;
  readonly namespace: string;
}

/** The name of the route server's Deployment, Service, ServiceAccount, PodDisruptionBudget and autoscaler. */
export const routeServerName = (config: ConfigKey): string => `${config.name}-routesrv`;
/** The name of the ConfigMap that records the derived flags. */
export const flagsConfigMapName = (config: ConfigKey): string => `${config.name}-routesrv-flags`;
/** The name of a sentinel's Deployment; both kinds can be there at once while a fleet is switched. */
export const sentinelName = (config: ConfigKey, source: SentinelSource): string =>
  `${config.name}-${sentinelComponents[source]}`;
/** The name of the ConfigMap with the toggles of the client-side load balancer. */
export const clientBalancerName = ({ metadata, spec }: Pick<RouteServerConfig, 'metadata' | 'spec'>): string =>
  spec.clientBalancer?.configMapName ?? `${metadata.name}-client-balancer`;
/** The name of a companion's Deployment, and the value of the label that its pods carry. */
export const companionName = (config: ConfigKey, source: SentinelSource): string =>
  `${config.name}-${companionComponents[source]}`;
/** The name of the role bindings, which for a ClusterRoleBinding has to tell namespaces apart. */
export const bindingName = (config: ConfigKey): string => `${config.namespace}:${routeServerName(config)}`;

/** The URL of the route server's Service, without a trailing slash; Skippers read `/routes` below it. */
export function routeServerUrl({ metadata, spec }: Pick<RouteServerConfig, 'metadata' | 'spec'>): string {
  return `http://${routeServerName(metadata)}.${metadata.namespace}.svc.${spec.skipper.clusterDomain}`;
}

/** Where a Skipper of ours reads its routes: from the route server, or as a direct Skipper does. */
export type SentinelSource = 'routeServer' | 'direct';
export type Component =
  | 'route-server'
  | 'fed-sentinel'
  | 'direct-sentinel'
  | 'fed-companion'
  | 'direct-companion'
  | 'client-balancer'
  | 'skipper-settings';

/** The component that a companion is. */
export const companionComponents = { routeServer: 'fed-companion', direct: 'direct-companion' } as const;
/** The component that a sentinel is. */
export const sentinelComponents = { routeServer: 'fed-sentinel', direct: 'direct-sentinel' } as const;

/** The labels by which Services and Deployments select; they never change for a given config. */
export function selectorLabels(config: ConfigKey, component: Component): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/name': 'routesrv',
    'app.kubernetes.io/instance': config.name,
    'app.kubernetes.io/component': component,
  };
}

/** The labels of every object made for a config. */
export function objectLabels(config: ConfigKey, component: Component): Readonly<Record<string, string>> {
  return {
    ...selectorLabels(config, component),
    'app.kubernetes.io/part-of': 'routesrv',
    'app.kubernetes.io/managed-by': 'routesrv-operator',
    [CONFIG_LABEL]: config.name,
    [CONFIG_NAMESPACE_LABEL]: config.namespace,
  };
}

/** Metadata of an object in the config's namespace: the garbage collector removes it when the config is gone. */
export function ownedMetadata(config: RouteServerConfig, name: string, component: Component) {
  const { namespace, uid } = config.metadata;
  const owner: JsonObject = {
    apiVersion: config.apiVersion,
    kind: config.kind,
    name: config.metadata.name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return { name, namespace, labels: objectLabels(config.metadata, component), ownerReferences: [owner] };
}
