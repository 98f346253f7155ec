/**
 * Gets the config and Skipper's Deployment. Gives the pod of a Skipper like those of the fleet that reads from a given
 * source, for Deployments of our own: sentinels and companions. The same for each kind of wiring.
 */
import type { RouteServerConfig } from '../api/index.ts';
import { clonedPod, configFileTarget, settingsMark } from './config-file.ts';
import { deriveFlags } from './derive-flags.ts';
import { routeServerUrl, SETTINGS_MARK_ANNOTATION, type SentinelSource } from './names.ts';
import { originalPod } from './original-pod.ts';
import { findSkipperContainer } from './skipper-container.ts';
import { missingTempDir, TEMP_VOLUME } from './temp-dir.ts';
import type { Container, Deployment, JsonObject, PodSpec } from './types.ts';

export interface SkipperPod extends JsonObject {
  /** Annotations by which `podSource` knows the source; labels and the fleet's own annotations are the caller's. */
  readonly metadata: JsonObject;
  readonly spec: PodSpec;
}

/** `undefined` when the fleet's Deployment has no Skipper container. */
export function skipperPod(
  config: RouteServerConfig,
  skipper: Deployment,
  source: SentinelSource,
): SkipperPod | undefined {
  const pod = skipper.spec.template.spec;
  const found = findSkipperContainer(pod, config.spec.skipper.containerName);
  if (found === undefined) return undefined;
  const files = configFileTarget(config, undefined);
  if (files !== undefined) {
    const annotations = { [SETTINGS_MARK_ANNOTATION]: settingsMark(source, files.texts[source]) };
    return { metadata: { annotations }, spec: clonedPod(config, pod, source) };
  }
  const original = originalPod(skipper, found);
  if (source === 'direct') return { metadata: {}, spec: original };
  const containers = original.containers.map((container, at) =>
    at === found.index ? fedContainer(container, routeServerUrl(config)) : container,
  );
  return { metadata: {}, spec: withTempVolume({ ...original, containers }) };
}

function fedContainer(original: Container, serviceUrl: string): Container {
  const { skipperArgs } = deriveFlags({ args: original.args ?? [], serviceUrl });
  const mountPath = missingTempDir(original);
  const mounts = mountPath === undefined ? {} : { volumeMounts: withTempMount(original, mountPath) };
  return { ...original, args: skipperArgs, ...mounts };
}

function withTempMount({ volumeMounts = [] }: Container, mountPath: string) {
  return [...volumeMounts, { name: TEMP_VOLUME, mountPath }];
}

function withTempVolume(pod: PodSpec): PodSpec {
  const { volumes = [], containers } = pod;
  const isMounted = containers.some(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name === TEMP_VOLUME));
  const isThere = volumes.some(({ name }) => name === TEMP_VOLUME);
  return isMounted && !isThere ? { ...pod, volumes: [...volumes, { name: TEMP_VOLUME, emptyDir: {} }] } : pod;
}
