/**
 * Gets the config and Skipper's Deployment. Gives everything that the route server takes over from Skipper: flags, the
 * environment behind their variables, and the volumes behind their paths.
 */
import { findSkipperFlag, parseFlagArgs } from '../api/index.ts';
import type { RouteServerConfig } from '../api/index.ts';
import { remarksOnMount } from './config-file.ts';
import { deriveFlags, flagValue } from './derive-flags.ts';
import type { DerivedFlags } from './derive-flags.ts';
import { hiddenErrors } from './error-counts.ts';
import { routeServerUrl } from './names.ts';
import { readSettings } from './settings-file.ts';
import { findSkipperContainer } from './skipper-container.ts';
import { isWithin } from './temp-dir.ts';
import type { Container, Deployment, FlagRemark, JsonObject, PodSpec, Volume, VolumeMount } from './types.ts';
import { environmentFor, expand } from './variables.ts';
import type { NeededEnvironment } from './variables.ts';
import { originalContainer } from './wire-skipper.ts';

export interface TakenOver extends DerivedFlags {
  readonly environment: NeededEnvironment;
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly VolumeMount[];
  /** Flags of Skipper by which its metrics hide errors. */
  readonly hiddenErrors: readonly FlagRemark[];
  /** `-kubernetes-namespace`, when only one namespace is read. */
  readonly namespace?: string;
}

/** What a flag's path needs, or why it cannot be had. */
interface MountedPath {
  readonly mount?: VolumeMount;
  readonly volume?: Volume;
  readonly problem?: FlagRemark;
}

const pathFlags = ['default-filters-dir', 'kubernetes-token-file'];
// Other kinds hold what is only in Skipper's pod or on its node.
const shareableVolumes = ['configMap', 'secret', 'projected', 'downwardAPI', 'csi'];
// Every pod has it mounted by itself.
const SERVICE_ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Derives from Skipper's own args, also while it is wired. `undefined` when the Deployment has no Skipper container. */
export function takeOverFromSkipper(config: RouteServerConfig, skipper: Deployment): TakenOver | undefined {
  const pod = skipper.spec.template.spec;
  const found = findSkipperContainer(pod, config.spec.skipper.containerName);
  if (found === undefined) return undefined;
  const container = originalContainer(skipper, found);
  const own = ownFlags(config, skipper, container);
  const derived = deriveFlags({
    command: container.command ?? [],
    args: own.args,
    serviceUrl: routeServerUrl(config),
    extraArgs: config.spec.routeServer.extraArgs ?? [],
  });
  const moved = parseFlagArgs(derived.routeServerArgs);
  const paths = pathFlags.map((flag) => mountBehind(flag, flagValue(moved, flag) ?? '', { container, pod }));
  const environment = environmentFor(derived.routeServerArgs, container);
  const namespace = expand(flagValue(moved, 'kubernetes-namespace') ?? '', container, skipper.metadata.namespace);
  const problems = [
    ...paths.flatMap(({ problem }) => problem ?? []),
    ...(namespace === undefined ? [unknownNamespace] : []),
  ];
  return {
    ...derived,
    unsupported: [...derived.unsupported, ...own.problems, ...problems],
    warnings: [...derived.warnings, ...own.warnings, ...environment.undefinedVariables.map(undefinedVariable)],
    hiddenErrors: hiddenErrors(parseFlagArgs(own.args)),
    environment,
    volumes: unique(paths.flatMap(({ volume }) => volume ?? [])),
    volumeMounts: unique(paths.flatMap(({ mount }) => mount ?? [])),
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
  };
}

interface OwnFlags {
  readonly args: readonly string[];
  readonly problems: readonly FlagRemark[];
  readonly warnings: readonly FlagRemark[];
}

/** All of Skipper's flags: with wiring ConfigFile those of the file come first, for a flag beats the file. */
function ownFlags({ spec }: RouteServerConfig, skipper: Deployment, { args = [] }: Container): OwnFlags {
  const { settings, configMapName, containerName } = spec.skipper;
  if (settings === undefined || configMapName === undefined) return { args, problems: [], warnings: [] };
  const { programWords, flags, rest } = parseFlagArgs(args);
  const inFile = readSettings(settings);
  const inArgs = flags.filter(({ name }) => name !== 'config-file');
  const repeated = inArgs.filter(({ name }) => findSkipperFlag(name)?.repeatable);
  return {
    args: [...programWords, ...inFile.args, ...inArgs.flatMap(({ raw }) => raw), ...rest],
    problems: [...remarksOnMount(skipper, containerName, configMapName), ...inFile.problems],
    // With a file Skipper reads its args twice (config.go, ParseArgs).
    warnings: repeated.map(({ name: flag }) => ({ flag, reason: 'counts twice in the args beside a -config-file' })),
  };
}

function mountBehind(flag: string, path: string, at: { container: Container; pod: PodSpec }): MountedPath {
  if (path === '' || isWithin(path, SERVICE_ACCOUNT_DIR)) return {};
  const mount = at.container.volumeMounts?.find(({ mountPath }) => isWithin(path, mountPath));
  const volume = at.pod.volumes?.find(({ name }) => name === mount?.name);
  if (mount === undefined || volume === undefined) {
    return {
      problem: { flag, reason: `names ${path}, where no volume is mounted that could be given to the route server` },
    };
  }
  if (shareableVolumes.some((kind) => kind in volume)) return { mount, volume };
  return {
    problem: { flag, reason: `names ${path} on volume ${volume.name}, which only Skipper's pod has; use a ConfigMap` },
  };
}

// The right to read is bound in that namespace; without its name it could only be given for all of them.
const unknownNamespace: FlagRemark = {
  flag: 'kubernetes-namespace',
  reason: 'has a variable whose value only the pod knows; write the namespace out',
};

function undefinedVariable(name: string): FlagRemark {
  return { flag: `$(${name})`, reason: "is in a flag that moves, but Skipper's container defines no such variable" };
}

function unique<T extends JsonObject & { readonly name: string }>(items: readonly T[]): readonly T[] {
  return items.filter((item, index) => items.indexOf(item) === index);
}
