/** Gets Skipper's Deployment. Gives its pod spec as the owner wrote it, also while the Deployment is wired. */
import type { FoundContainer } from './skipper-container.ts';
import type { Deployment, PodSpec } from './types.ts';
import { originalContainer } from './wire-skipper.ts';
import { readWiringRecord } from './wiring-record.ts';

/**
 * The pod without what `wireSkipper` put in: the args from the record, and no volume of ours. What is cloned from it is
 * the same before and after the fleet was wired, so that wiring the fleet restarts no clone.
 */
export function originalPod(deployment: Deployment, found: FoundContainer): PodSpec {
  const pod = deployment.spec.template.spec;
  const ours = readWiringRecord(deployment)?.tempDir?.volume;
  const { volumeMounts, ...container } = originalContainer(deployment, found);
  const mounts = volumeMounts?.filter(({ name }) => name !== ours) ?? [];
  const { volumes, ...others } = pod;
  const kept = volumes?.filter(({ name }) => name !== ours) ?? [];
  return {
    ...others,
    containers: pod.containers.with(found.index, {
      ...container,
      ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
    }),
    ...(kept.length > 0 ? { volumes: kept } : {}),
  };
}
