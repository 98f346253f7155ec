/**
 * Gets a config whose fleet is wired by `-config-file`. Gives the ConfigMaps with Skipper's settings, and what in
 * Skipper's Deployment stands in the way of them (docs/adr/0034).
 *
 * The Deployment and its args are Git's. Ours are the ConfigMap that it mounts, whose file is switched, and two that
 * never are: Skippers of our own, sentinels and companions, mount the one of their source.
 */
import { findSkipperFlag, parseFlagArgs } from '../api/index.ts';
import type { RouteServerConfig } from '../api/index.ts';
import { flagValue } from './derive-flags.ts';
import { digest } from './digest.ts';
import {
  objectLabels,
  ownedMetadata,
  RESTART_ANNOTATION,
  routeServerUrl,
  SETTINGS_MARK_ANNOTATION,
  type SentinelSource,
} from './names.ts';
import { findSkipperContainer } from './skipper-container.ts';
import { fedSettings } from './settings-file.ts';
import { missingTempDir } from './temp-dir.ts';
import type { Container, Deployment, FlagRemark, JsonObject, KubeObject, PodSpec } from './types.ts';

/** The key in the ConfigMap, and so the file in the directory where it is mounted. */
const SETTINGS_FILE = 'config.yaml';

/** What the ConfigMap holds for each source, and what it holds now. */
export interface ConfigFileTarget {
  readonly name: string;
  readonly texts: Readonly<Record<SentinelSource, string>>;
  /** `undefined` when the ConfigMap, or the file in it, is not there. */
  readonly present: string | undefined;
}

/** `undefined` with wiring Args. `present` is the ConfigMap that Skipper's Deployment mounts. */
export function configFileTarget(
  config: RouteServerConfig,
  present: JsonObject | undefined,
): ConfigFileTarget | undefined {
  const { wiring, configMapName: name, settings } = config.spec.skipper;
  if (wiring !== 'ConfigFile' || name === undefined || settings === undefined) return undefined;
  const file = (present?.['data'] as JsonObject | undefined)?.[SETTINGS_FILE];
  const texts = { direct: settings, routeServer: fedSettings(settings, routeServerUrl(config)) };
  return { name, texts, present: typeof file === 'string' ? file : undefined };
}

/**
 * The ConfigMap that Skipper's Deployment mounts. Owned by nothing: without it no Skipper can start.
 * @param restarts says on the ConfigMap that Skippers have to be rolled for it, lest that is forgotten
 */
export function mountedConfigMap(
  config: RouteServerConfig,
  { name, texts }: ConfigFileTarget,
  source: SentinelSource,
  restarts = false,
): KubeObject {
  const { namespace } = config.metadata;
  const labels = objectLabels(config.metadata, 'skipper-settings');
  const mark = settingsMark(source, texts[source]);
  const annotations = { [SETTINGS_MARK_ANNOTATION]: mark, ...(restarts ? { [RESTART_ANNOTATION]: mark } : {}) };
  return configMap({ name, namespace, labels, annotations }, texts[source]);
}

/** The ConfigMaps that Skippers of our own mount. */
export function clonedConfigMaps(config: RouteServerConfig, { texts }: ConfigFileTarget): readonly KubeObject[] {
  return (['direct', 'routeServer'] as const).map((source) =>
    configMap(ownedMetadata(config, clonedName(config, source), 'skipper-settings'), texts[source]),
  );
}

const clonedName = ({ metadata }: RouteServerConfig, source: SentinelSource): string =>
  `${metadata.name}-${source === 'direct' ? 'direct' : 'fed'}-settings`;

function configMap(metadata: KubeObject['metadata'], text: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [SETTINGS_FILE]: text } };
}

/** The pod of a Skipper of our own: as the fleet's, with the settings of its source. */
export function clonedPod(config: RouteServerConfig, pod: PodSpec, source: SentinelSource): PodSpec {
  const { configMapName } = config.spec.skipper;
  const volumes = (pod.volumes ?? []).map((volume) => {
    const from = volume['configMap'] as JsonObject | undefined;
    return from?.['name'] === configMapName
      ? { ...volume, configMap: { ...from, name: clonedName(config, source) } }
      : volume;
  });
  return { ...pod, volumes };
}

/** Tells one file of a source from the next: pods are annotated with it. */
export const settingsMark = (source: SentinelSource, text: string): string => `${source}/${digest(text)}`;

/** What in Skipper's Deployment keeps the ConfigMap from having its effect. */
export function remarksOnMount(
  { spec }: Deployment,
  containerName: string | undefined,
  configMapName: string,
): readonly FlagRemark[] {
  const pod = spec.template.spec;
  const found = findSkipperContainer(pod, containerName);
  if (found === undefined) return [];
  const parsed = parseFlagArgs(found.container.args ?? []);
  const moved = parsed.flags.filter(
    ({ name }) => name === 'routes-urls' || findSkipperFlag(name)?.side === 'dataClient',
  );
  return [
    ...remarkOnFile(flagValue(parsed, 'config-file') ?? '', { container: found.container, pod }, configMapName),
    ...moved.map(({ name }) => ({
      flag: name,
      reason: 'is in the args, and a flag beats the file: move it to spec.skipper.settings',
    })),
    ...(missingTempDir(found.container) === undefined
      ? []
      : [
          {
            flag: 'routes-urls',
            reason: 'needs a writable /tmp: mount an emptyDir there, the Deployment is not ours to change',
          },
        ]),
  ];
}

function remarkOnFile(
  path: string,
  at: { container: Container; pod: PodSpec },
  configMapName: string,
): readonly FlagRemark[] {
  const mounts = (at.container.volumeMounts ?? []).filter(({ name }) =>
    at.pod.volumes?.some((volume) => {
      return volume.name === name && (volume['configMap'] as JsonObject | undefined)?.['name'] === configMapName;
    }),
  );
  const isMounted = mounts.some(({ mountPath, subPath }) => {
    const dir = mountPath.replace(/\/+$/, '');
    return subPath === undefined ? path === `${dir}/${SETTINGS_FILE}` : subPath === SETTINGS_FILE && path === dir;
  });
  if (isMounted) return [];
  const reason = `does not name ${SETTINGS_FILE} of ConfigMap ${configMapName}: mount that ConfigMap and point the flag there`;
  return [{ flag: 'config-file', reason }];
}
