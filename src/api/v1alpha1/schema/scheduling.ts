/** The parts of a pod's spec that say where it may run, as Kubernetes v1 has them, so that a typo is refused here. */
import type { Schema } from './kit.ts';

const text = (description: string): Schema => ({ description, type: 'string', maxLength: 253 });
const texts = (description: string): Schema => ({
  description,
  type: 'array',
  'x-kubernetes-list-type': 'atomic',
  items: { type: 'string' },
});
const list = (description: string, items: Schema): Schema => ({
  description,
  type: 'array',
  'x-kubernetes-list-type': 'atomic',
  items,
});
const weight: Schema = {
  description: 'Weight of the preference.',
  type: 'integer',
  format: 'int32',
  minimum: 1,
  maximum: 100,
};

const labelSelector: Schema = {
  title: 'LabelSelector',
  description: 'Selects by labels; all conditions must hold.',
  type: 'object',
  'x-kubernetes-map-type': 'atomic',
  properties: {
    matchLabels: {
      description: 'Labels with exactly these values.',
      type: 'object',
      additionalProperties: { type: 'string' },
    },
    matchExpressions: list('Conditions on labels.', {
      title: 'LabelSelectorRequirement',
      description: 'One condition on a label.',
      type: 'object',
      required: ['key', 'operator'],
      properties: {
        key: text('The label.'),
        operator: { description: 'How it compares.', type: 'string', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
        values: texts('Values, for In and NotIn.'),
      },
    }),
  },
};

const nodeSelectorRequirement: Schema = {
  title: 'NodeSelectorRequirement',
  description: 'One condition on a node.',
  type: 'object',
  required: ['key', 'operator'],
  properties: {
    key: text('The label or field.'),
    operator: {
      description: 'How it compares.',
      type: 'string',
      enum: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'],
    },
    values: texts('Values; one for Gt and Lt, none for Exists and DoesNotExist.'),
  },
};

const nodeSelectorTerm: Schema = {
  title: 'NodeSelectorTerm',
  description: 'Conditions on a node; all must hold.',
  type: 'object',
  'x-kubernetes-map-type': 'atomic',
  properties: {
    matchExpressions: list("Conditions on the node's labels.", nodeSelectorRequirement),
    matchFields: list("Conditions on the node's fields.", nodeSelectorRequirement),
  },
};

const podAffinityTerm: Schema = {
  title: 'PodAffinityTerm',
  description: 'Pods that this one shall be near to, or away from.',
  type: 'object',
  required: ['topologyKey'],
  properties: {
    labelSelector,
    matchLabelKeys: texts('Label keys whose values are taken from the incoming pod, to be in its like.'),
    mismatchLabelKeys: texts('Label keys whose values are taken from the incoming pod, to be unlike it.'),
    namespaceSelector: labelSelector,
    namespaces: texts("Namespaces that are looked at; unset means the pod's own."),
    topologyKey: text('Node label whose equal values make two nodes the same place.'),
  },
};

const podAffinity = (title: string, description: string): Schema => ({
  title,
  description,
  type: 'object',
  properties: {
    requiredDuringSchedulingIgnoredDuringExecution: list('Must hold.', podAffinityTerm),
    preferredDuringSchedulingIgnoredDuringExecution: list('Should hold.', {
      title: 'WeightedPodAffinityTerm',
      description: 'A preference with its weight.',
      type: 'object',
      required: ['weight', 'podAffinityTerm'],
      properties: { weight, podAffinityTerm },
    }),
  },
});

export const affinitySchema: Schema = {
  title: 'Affinity',
  description: "Affinity of the route server's pods, as in a pod's spec. Unset: pods prefer not to share a node.",
  type: 'object',
  properties: {
    nodeAffinity: {
      title: 'NodeAffinity',
      description: 'Which nodes suit.',
      type: 'object',
      properties: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          title: 'NodeSelector',
          description: 'Must hold: at least one of the terms.',
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          required: ['nodeSelectorTerms'],
          properties: { nodeSelectorTerms: list('Alternatives.', nodeSelectorTerm) },
        },
        preferredDuringSchedulingIgnoredDuringExecution: list('Should hold.', {
          title: 'PreferredSchedulingTerm',
          description: 'A preference with its weight.',
          type: 'object',
          required: ['weight', 'preference'],
          properties: { weight, preference: nodeSelectorTerm },
        }),
      },
    },
    podAffinity: podAffinity('PodAffinity', 'Pods to be near to.'),
    podAntiAffinity: podAffinity('PodAntiAffinity', 'Pods to be away from.'),
  },
};

export const tolerationsSchema: Schema = list("Taints that the route server's pods tolerate, as in a pod's spec.", {
  title: 'Toleration',
  description: 'A taint that is tolerated.',
  type: 'object',
  properties: {
    key: text('Key of the taint; empty with operator Exists means all.'),
    operator: {
      description: 'How the value compares. Kubernetes takes Equal when unset.',
      type: 'string',
      enum: ['Exists', 'Equal'],
    },
    value: text('Value of the taint.'),
    effect: {
      description: 'Effect of the taint; unset means all.',
      type: 'string',
      enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
    },
    tolerationSeconds: {
      description: 'Seconds that NoExecute is tolerated; unset means for ever.',
      type: 'integer',
      format: 'int64',
    },
  },
});

export const topologySpreadSchema: Schema = list(
  "How the route server's pods spread, as in a pod's spec. Unset: over zones, at most one apart, as far as possible.",
  {
    title: 'TopologySpreadConstraint',
    description: 'How evenly pods spread over the values of a node label.',
    type: 'object',
    required: ['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
    properties: {
      labelSelector,
      matchLabelKeys: texts('Label keys whose values are taken from the incoming pod.'),
      maxSkew: { description: 'How far apart counts may be.', type: 'integer', format: 'int32', minimum: 1 },
      minDomains: { description: 'Least number of places.', type: 'integer', format: 'int32', minimum: 1 },
      nodeAffinityPolicy: {
        description: "Whether the pod's node affinity counts.",
        type: 'string',
        enum: ['Honor', 'Ignore'],
      },
      nodeTaintsPolicy: { description: "Whether nodes' taints count.", type: 'string', enum: ['Honor', 'Ignore'] },
      topologyKey: text('The node label.'),
      whenUnsatisfiable: {
        description: 'What to do when it cannot hold.',
        type: 'string',
        enum: ['DoNotSchedule', 'ScheduleAnyway'],
      },
    },
  },
);
