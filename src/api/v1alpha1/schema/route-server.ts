/** `spec.routeServer`: the Deployment of the program that serves compiled routes. */
import { envSchema, resourcesSchema } from './container.ts';
import { objectName, stringMap, type Schema } from './kit.ts';
import { affinitySchema, tolerationsSchema, topologySpreadSchema } from './scheduling.ts';

const replicaCount = (description: string): Schema => ({
  description,
  type: 'integer',
  format: 'int32',
  minimum: 1,
  maximum: 100,
});

const autoscaling: Schema = {
  title: 'AutoscalingSpec',
  description: 'Lets a HorizontalPodAutoscaler choose the number of replicas. Leave replicas out then.',
  type: 'object',
  properties: {
    minReplicas: { ...replicaCount('Fewest replicas. With 1, a drained node leaves no route server.'), default: 2 },
    maxReplicas: { ...replicaCount('Most replicas.'), default: 10 },
    targetCPUUtilizationPercentage: {
      description: 'CPU use to aim at, in percent of the CPU request.',
      type: 'integer',
      format: 'int32',
      minimum: 1,
      maximum: 100,
      default: 80,
    },
  },
  'x-kubernetes-validations': [
    {
      rule: 'self.minReplicas <= self.maxReplicas',
      message: 'minReplicas must not exceed maxReplicas',
    },
  ],
};

export const routeServerSchema: Schema = {
  title: 'RouteServerSpec',
  description: 'The route server. It exists in modes Pre and Exec.',
  type: 'object',
  default: {},
  properties: {
    replicas: replicaCount(
      'Number of route servers. 2 when neither replicas nor autoscaling is set: one serves while the other restarts.',
    ),
    autoscaling,
    image: {
      description:
        "Image of the route server. Unset: the one the operator was started with, ours. Zalando's routesrv is a drop-in.",
      type: 'string',
      minLength: 1,
      maxLength: 512,
      pattern: '^[^\\s]+$',
    },
    imagePullPolicy: {
      title: 'ImagePullPolicy',
      description:
        "When the image is pulled. Unset: Kubernetes' own rule (Always for the tag latest, else IfNotPresent).",
      type: 'string',
      enum: ['Always', 'IfNotPresent', 'Never'],
    },
    imagePullSecrets: {
      description: 'Secrets in the namespace of this object with which the image is pulled.',
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        title: 'SecretRef',
        description: 'A Secret by name.',
        type: 'object',
        required: ['name'],
        properties: { name: objectName('Name of the Secret.') },
      },
    },
    resources: resourcesSchema,
    nodeSelector: stringMap('Labels that a node must have to run a route server.'),
    tolerations: tolerationsSchema,
    affinity: affinitySchema,
    topologySpreadConstraints: topologySpreadSchema,
    priorityClassName: objectName('PriorityClass of the pods. Give it at least that of Skipper.'),
    podAnnotations: stringMap('More annotations of the pods.'),
    podLabels: {
      ...stringMap('More labels of the pods.'),
      'x-kubernetes-validations': [
        {
          rule: "self.all(key, !key.startsWith('routesrv.dev/') && !key.startsWith('app.kubernetes.io/'))",
          message:
            'labels under routesrv.dev/ and app.kubernetes.io/ are set by the operator: its Services select by them',
        },
      ],
    },
    env: envSchema,
    extraArgs: {
      description:
        "Arguments after those derived from Skipper's own flags; of most flags given twice the later one wins. Meant for the route server's own settings: a data-client flag here makes the two tables differ.",
      type: 'array',
      maxItems: 64,
      'x-kubernetes-list-type': 'atomic',
      items: { type: 'string', maxLength: 8192 },
    },
    serviceAccountName: objectName(
      'An existing ServiceAccount to run as, already allowed to read what Skipper reads. Unset: the operator makes one with just those rights.',
    ),
  },
  'x-kubernetes-validations': [
    {
      rule: '!(has(self.replicas) && has(self.autoscaling))',
      message: 'set replicas or autoscaling, not both: two owners of one number would fight over it',
    },
  ],
};
