/** Gets Skipper's Deployment. Gives what in its own settings may lose requests when it is rolled. */
import { parseFlagArgs, parseGoDuration } from '../api/index.ts';
import { flagValue } from './derive-flags.ts';
import { findSkipperContainer } from './skipper-container.ts';
import type { Deployment, Json } from './types.ts';

/** A field of Skipper's Deployment, and what to do about it. */
export interface RolloutWarning {
  readonly field: string;
  readonly message: string;
}

// Skipper v0.27.65, config.go: three times a load balancer's interval and timeout.
const DEFAULT_HEALTHCHECK_WAIT = '45s';
const DEFAULT_GRACE_PERIOD_SECONDS = 30;

/**
 * Rolling Skippers loses no request only with `maxUnavailable: 0`, a readiness probe, and a
 * `-wait-for-healthcheck-interval` that ends before the pod is killed (measured: 0 of 8,680 with 5 s and 20 s).
 */
export function checkSkipperRollout(deployment: Deployment, containerName?: string): readonly RolloutWarning[] {
  return [
    ...checkStrategy(deployment),
    ...checkReadiness(deployment, containerName),
    ...checkGrace(deployment, containerName),
  ];
}

function checkStrategy({ spec }: Deployment): readonly RolloutWarning[] {
  const type = spec.strategy?.['type'] ?? 'RollingUpdate';
  if (type !== 'RollingUpdate') {
    const message = 'is not RollingUpdate: all Skippers stop before a new one starts; set it to RollingUpdate';
    return [{ field: 'spec.strategy.type', message }];
  }
  const rollingUpdate = spec.strategy?.['rollingUpdate'];
  const maxUnavailable = isObject(rollingUpdate) ? rollingUpdate['maxUnavailable'] : undefined;
  if (maxUnavailable === 0 || maxUnavailable === '0%') return [];
  const shown = typeof maxUnavailable === 'number' || typeof maxUnavailable === 'string' ? maxUnavailable : '25%';
  const message = `is ${shown}: a Skipper is stopped before its successor is ready; set it to 0`;
  return [{ field: 'spec.strategy.rollingUpdate.maxUnavailable', message }];
}

function checkReadiness({ spec }: Deployment, containerName?: string): readonly RolloutWarning[] {
  const found = findSkipperContainer(spec.template.spec, containerName);
  if (found === undefined || found.container.readinessProbe !== undefined) return [];
  const field = `spec.template.spec.containers[${found.index}].readinessProbe`;
  const message =
    'is missing: a Skipper counts as ready before it has routes; add a probe, or -wait-first-route-load too';
  return [{ field, message }];
}

function checkGrace({ spec }: Deployment, containerName?: string): readonly RolloutWarning[] {
  const pod = spec.template.spec;
  const parsed = parseFlagArgs(findSkipperContainer(pod, containerName)?.container.args ?? []);
  const wait = flagValue(parsed, 'wait-for-healthcheck-interval') ?? DEFAULT_HEALTHCHECK_WAIT;
  const waitMs = parseGoDuration(wait);
  const graceSeconds = pod.terminationGracePeriodSeconds ?? DEFAULT_GRACE_PERIOD_SECONDS;
  // A variable is the kubelet's to resolve.
  if (waitMs === undefined || waitMs < graceSeconds * 1000) return [];
  const message = `is ${graceSeconds} s and -wait-for-healthcheck-interval ${wait}: Skipper is killed while it still serves; make the interval shorter than the grace period`;
  return [{ field: 'spec.template.spec.terminationGracePeriodSeconds', message }];
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
