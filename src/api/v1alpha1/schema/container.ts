/** The parts of a container's spec that a person may set for the route server, as Kubernetes v1 has them. */
import type { Schema } from './kit.ts';

const quantities = (description: string): Schema => ({
  description,
  type: 'object',
  maxProperties: 16,
  additionalProperties: {
    'x-kubernetes-int-or-string': true,
    pattern:
      '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
  },
});

export const resourcesSchema: Schema = {
  title: 'ResourceRequirements',
  description:
    'CPU and memory of each route server, as Kubernetes quantities. Autoscaling needs a CPU request. With 110,000 routes expect 1 CPU and 1 GiB.',
  type: 'object',
  default: { requests: { cpu: '100m', memory: '256Mi' } },
  properties: {
    requests: quantities('What the scheduler keeps free for it.'),
    limits: quantities('What it may use at most. A CPU limit delays each publication.'),
  },
};

const keyOf = (title: string, what: string): Schema => ({
  title,
  description: `A key of a ${what} in the namespace of this object.`,
  type: 'object',
  'x-kubernetes-map-type': 'atomic',
  required: ['name', 'key'],
  properties: {
    name: { description: `Name of the ${what}.`, type: 'string', minLength: 1, maxLength: 253 },
    key: { description: 'The key.', type: 'string', minLength: 1, maxLength: 253 },
    optional: { description: 'Whether it may be missing.', type: 'boolean' },
  },
});

export const envSchema: Schema = {
  description:
    'More environment variables of the route server. Variables that a moved Skipper flag reads as $(NAME) come along by themselves; an entry here wins over such a one.',
  type: 'array',
  maxItems: 64,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    title: 'EnvVar',
    description: "One variable, as in a container's spec.",
    type: 'object',
    required: ['name'],
    properties: {
      name: { description: 'Name of the variable.', type: 'string', minLength: 1, maxLength: 253 },
      value: { description: 'Its value; unset means empty.', type: 'string', maxLength: 32768 },
      valueFrom: {
        title: 'EnvVarSource',
        description: 'Where the value comes from; exactly one of its fields.',
        type: 'object',
        properties: {
          configMapKeyRef: keyOf('ConfigMapKeyRef', 'ConfigMap'),
          secretKeyRef: keyOf('SecretKeyRef', 'Secret'),
          fieldRef: {
            title: 'FieldRef',
            description: 'A field of the pod.',
            type: 'object',
            'x-kubernetes-map-type': 'atomic',
            required: ['fieldPath'],
            properties: {
              apiVersion: { description: 'Version of the path; v1 when unset.', type: 'string', maxLength: 32 },
              fieldPath: { description: 'Such as metadata.namespace.', type: 'string', minLength: 1, maxLength: 253 },
            },
          },
        },
        'x-kubernetes-validations': [
          {
            rule: '[has(self.configMapKeyRef), has(self.secretKeyRef), has(self.fieldRef)].filter(set, set).size() == 1',
            message: 'set exactly one of configMapKeyRef, secretKeyRef, fieldRef',
          },
        ],
      },
    },
    'x-kubernetes-validations': [
      { rule: '!(has(self.value) && has(self.valueFrom))', message: 'set value or valueFrom, not both' },
    ],
  },
};
