/** Gets a RouteServerConfig and the cluster's tier; gives the wish that `decide` works towards. Pure. */
import {
  ACKNOWLEDGED_FALLBACK_ANNOTATION,
  APPROVED_GENERATION_ANNOTATION,
  parseDuration,
  type Resolution,
  type RouteServerConfig,
  type RouteServerConfigSpec,
} from '../api/index.ts';
import type { Wish } from './observation.ts';

export function wishOf({ metadata, spec }: RouteServerConfig, resolution: Resolution): Wish {
  return {
    mode: resolution.mode,
    percentage: resolution.rolloutPercentage,
    suspended: spec.suspend,
    inSyncForMs: parseDuration(spec.rollout.inSyncFor),
    freshnessBudgetMs: parseDuration(spec.shadow.freshnessBudget),
    steps: spec.rollout.steps,
    stepSoakMs: parseDuration(spec.rollout.stepSoak),
    bakeMs: parseDuration(spec.rollout.bake),
    approval: spec.rollout.approval,
    approvedGeneration: approvedGenerationOf(metadata.annotations?.[APPROVED_GENERATION_ANNOTATION]),
    uncountedErrors: spec.rollout.uncountedErrors,
    fallback: {
      enabled: spec.fallback.enabled,
      afterMs: parseDuration(spec.fallback.after),
      maxDirectPollers: spec.fallback.maxDirectPollers,
      acknowledgedMs: timeOf(metadata.annotations?.[ACKNOWLEDGED_FALLBACK_ANNOTATION]),
    },
    fieldsNotActedOn: fieldsNotActedOn(spec),
    tierKnown: resolution.reason !== 'TierUnknown',
  };
}

function approvedGenerationOf(annotation: string | undefined): number | undefined {
  return annotation !== undefined && /^\d+$/.test(annotation) ? Number(annotation) : undefined;
}

function timeOf(annotation: string | undefined): number | undefined {
  const ms = annotation === undefined ? NaN : Date.parse(annotation);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Fields that ask for something this version does not do. The API server fills in defaults, so that "set by a person"
 * cannot be told from "default": a default that asks for it counts as well.
 */
const unsupported: readonly { readonly path: string; readonly asksFor: (spec: RouteServerConfigSpec) => boolean }[] = [
  // None at present: what the CRD offers, this version does.
];

function fieldsNotActedOn(spec: RouteServerConfigSpec): readonly string[] {
  return unsupported.filter(({ asksFor }) => asksFor(spec)).map(({ path }) => path);
}
