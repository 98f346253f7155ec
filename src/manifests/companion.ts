/**
 * Gets the config and Skipper's Deployment as it is now. Gives a companion: a Deployment of ours with the same Skippers,
 * found by the same Services, which read from the route server while the fleet's own poll the API, or the other way
 * round. The owner's Deployment, its replicas and its autoscaler stay as they are.
 */
import type { RouteServerConfig } from '../api/index.ts';
import { canonical } from './canonical.ts';
import { companionLabels, type CompanionLabels, type Labels } from './companion-labels.ts';
import { digest } from './digest.ts';
import { COMPANION_LABEL, STEP_ANNOTATION, companionName, ownedMetadata } from './names.ts';
import { companionComponents, type SentinelSource } from './names.ts';
import { skipperPod, type SkipperPod } from './skipper-pod.ts';
import type { Deployment, Json, JsonObject, KubeObject } from './types.ts';

export interface CompanionInput {
  readonly config: RouteServerConfig;
  readonly skipper: Deployment;
  /** Where the companion reads its routes. */
  readonly source: SentinelSource;
  /** `spec.selector` of the Services in the namespace. */
  readonly services: readonly Labels[];
}

/** What a companion is, whatever its size. */
export interface CompanionPlan {
  /** The Deployment with so many pods; `step` is recorded on it. */
  readonly withSize: (size: { readonly replicas: number; readonly step: number }) => KubeObject;
  /** Tells templates apart: another one means that the pods are replaced. */
  readonly templateDigest: string;
  /** See `CompanionLabels.apart`. */
  readonly apart: boolean;
}

// What says how pods follow one another is the owner's: host ports and surges are decided there.
const inheritedFields = ['strategy', 'minReadySeconds', 'progressDeadlineSeconds'];

/** `undefined` when the fleet's Deployment has no Skipper container. */
export function planCompanion(input: CompanionInput): CompanionPlan | undefined {
  const { config, skipper, source } = input;
  const pod = skipperPod(config, skipper, source);
  if (pod === undefined) return undefined;
  const name = companionName(config.metadata, source);
  const { labels, apart } = labelsOf(input, name);
  const template = templateOf(skipper, pod, labels);
  const inherited = Object.fromEntries(
    Object.entries(skipper.spec).filter(([field]) => inheritedFields.includes(field)),
  );
  const metadata = ownedMetadata(config, name, companionComponents[source]);
  return {
    apart,
    templateDigest: digest(JSON.stringify(template)),
    withSize: ({ replicas, step }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, annotations: { [STEP_ANNOTATION]: String(step) } },
      spec: { ...inherited, replicas, selector: { matchLabels: { [COMPANION_LABEL]: name } }, template },
    }),
  };
}

function labelsOf({ skipper, services }: CompanionInput, name: string): CompanionLabels {
  const selector = skipper.spec['selector'] as { readonly matchLabels?: Labels } | undefined;
  const pod = (skipper.spec.template.metadata?.['labels'] ?? {}) as Labels;
  return companionLabels({ pod, selector: selector?.matchLabels ?? {}, services, name });
}

function templateOf(skipper: Deployment, pod: SkipperPod, labels: Labels): Json {
  const annotations = {
    ...asObject(skipper.spec.template.metadata?.['annotations']),
    ...asObject(pod.metadata['annotations']),
  };
  // A wired Deployment has its fields in another order: that alone must not look like another template.
  return canonical({
    metadata: { labels, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: pod.spec,
  });
}

const asObject = (value: Json | undefined): JsonObject => (value ?? {}) as JsonObject;

/** The step that a companion was made for; `undefined` when somebody has damaged the record. */
export function stepOfCompanion({ metadata }: Deployment): number | undefined {
  const text = metadata.annotations?.[STEP_ANNOTATION] ?? '';
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}
