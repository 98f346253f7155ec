/** How the operator watches, promotes and goes back: `spec.shadow`, `rollout`, `fallback`, `clientBalancer`, `tiers`. */
import { count, differenceClass, duration, mode, objectName, percentage, type Schema } from './kit.ts';

const tolerance: Schema = {
  title: 'Tolerance',
  description: 'A difference that is counted and listed but does not make the verdict OutOfSync.',
  type: 'object',
  required: ['reason'],
  properties: {
    route: {
      description: 'Regular expression (RE2) that a part of the route id must match. Unset: any route.',
      type: 'string',
      minLength: 1,
      maxLength: 512,
      'x-kubernetes-validations': [
        // Whether it matches does not matter here: an expression that cannot be compiled fails the rule.
        { rule: "''.matches(self) in [true, false]", message: 'must be a regular expression that RE2 accepts' },
      ],
    },
    class: differenceClass('The class of difference. Unset: any class.'),
    reason: { description: 'Why it is tolerated, for the next reader.', type: 'string', minLength: 1, maxLength: 512 },
  },
  'x-kubernetes-validations': [
    {
      rule: 'has(self.route) || has(self.class)',
      message: 'set route, class or both: an entry without either would tolerate everything',
    },
  ],
};

export const shadowSchema: Schema = {
  title: 'ShadowSpec',
  description: "The comparison of the route server's table with Skipper's own.",
  type: 'object',
  default: {},
  properties: {
    interval: duration(
      'Time between two comparisons. Within it no table is read twice from one Skipper: 28 MB at 110,000 routes.',
      {
        default: '30s',
        min: '1s',
        max: '1h',
      },
    ),
    samples: {
      description: 'How many direct Skippers are compared in each interval; they take turns.',
      type: 'integer',
      format: 'int32',
      minimum: 1,
      maximum: 20,
      default: 2,
    },
    tolerate: {
      description: 'Differences that do not count.',
      type: 'array',
      default: [],
      maxItems: 50,
      'x-kubernetes-list-type': 'atomic',
      items: tolerance,
    },
    freshnessBudget: duration('Longest time that a change may take to reach a Skipper through the route server.', {
      default: '2m',
      min: '1s',
      max: '1h',
    }),
  },
};

export const rolloutSchema: Schema = {
  title: 'RolloutSpec',
  description: 'How the fleet is moved in Exec, and on what evidence.',
  type: 'object',
  default: {},
  properties: {
    steps: {
      description:
        'Percentages of the fleet to stop at, ascending, the last one 100. Steps above rolloutPercentage are not taken; rolloutPercentage itself is the last stop.',
      type: 'array',
      default: [1, 10, 50, 100],
      minItems: 1,
      maxItems: 20,
      'x-kubernetes-list-type': 'atomic',
      items: { type: 'integer', format: 'int32', minimum: 1, maximum: 100 },
      'x-kubernetes-validations': [
        {
          rule: 'self.isSorted() && self.all(step, self.exists_one(other, other == step))',
          message: 'steps must ascend, each one once',
        },
        { rule: 'self[self.size() - 1] == 100', message: 'the last step must be 100' },
      ],
    },
    stepSoak: duration('Time that a step must hold, in sync and without more errors, before the next.', {
      default: '10m',
      min: '0s',
      max: '720h',
    }),
    inSyncFor: duration('Time that the tables must agree without a break before Pre becomes Exec.', {
      default: '10m',
      min: '0s',
      max: '720h',
    }),
    bake: duration('Time that the whole fleet must hold in Exec before this tier counts as Promotable.', {
      default: '336h',
      min: '0s',
      max: '8760h',
    }),
    approval: {
      title: 'Approval',
      description:
        'Whether Pre becomes Exec by itself (Automatic), or only once the annotation routesrv.dev/approved-generation names the generation of this object (Manual).',
      type: 'string',
      enum: ['Automatic', 'Manual'],
      default: 'Automatic',
    },
    uncountedErrors: {
      title: 'UncountedErrors',
      description:
        "What a step does while the errors of moved and direct Skippers cannot all be counted, because of Skipper's flags or because no metrics can be read; the condition ErrorsCounted says why. Hold: it waits. Ignore: it goes on, judged by what can be counted.",
      type: 'string',
      enum: ['Hold', 'Ignore'],
      default: 'Hold',
    },
  },
};

export const fallbackSchema: Schema = {
  title: 'FallbackSpec',
  description: 'When moved Skippers go back to their own data client by themselves.',
  type: 'object',
  default: {},
  properties: {
    enabled: {
      description: 'Whether they do at all. False: they keep their last known good table.',
      type: 'boolean',
      default: true,
    },
    after: duration('Time that the route server must have failed before Skippers go back.', {
      default: '60s',
      min: '1s',
      max: '24h',
    }),
    maxDirectPollers: {
      ...count(
        'Most Skippers that may poll the Kubernetes API at once after a fallback; the rest keep their last known good table. 300 pollers at once is the outage that the route server cured.',
      ),
      maximum: 10000,
      default: 180,
    },
    evictStuckPods: {
      description:
        'Whether a moved Skipper that never shows the new table may be evicted, within its PodDisruptionBudget.',
      type: 'boolean',
      default: false,
    },
  },
};

export const clientBalancerSchema: Schema = {
  title: 'ClientBalancerSpec',
  description:
    'Toggles of the client-side load balancer, published as a ConfigMap for the processes that use it. Unset: no ConfigMap.',
  type: 'object',
  required: ['enabled', 'percentage'],
  properties: {
    enabled: { description: 'False sends every request through Skipper again.', type: 'boolean' },
    percentage: percentage('Share of keys that the client places itself. The same keys stay in as it grows.'),
    fallback: {
      description: 'Whether a request that fails on the client side is sent through Skipper.',
      type: 'boolean',
      default: true,
    },
    configMapName: objectName('Name of the ConfigMap. Unset: <name of this object>-client-balancer.'),
  },
  'x-kubernetes-validations': [
    {
      rule: "!has(self.configMapName) || !self.configMapName.endsWith('-routesrv-flags')",
      message: 'configMapName must not end with -routesrv-flags: the records of route servers are called so',
      fieldPath: '.configMapName',
    },
  ],
};

export const tiersSchema: Schema = {
  description:
    "What differs by tier, so that one manifest serves every cluster: the entry of the cluster's own tier overrides the top-level fields. At most one entry per tier.",
  type: 'array',
  default: [],
  maxItems: 32,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    title: 'TierSpec',
    description: 'What holds in the clusters of one tier.',
    type: 'object',
    required: ['name'],
    properties: {
      name: {
        description: 'The tier, as the operator is told it (--tier).',
        type: 'string',
        minLength: 1,
        maxLength: 63,
        pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      },
      mode: mode('Overrides spec.mode. Quote "False".'),
      rolloutPercentage: percentage('Overrides spec.rolloutPercentage.'),
    },
    'x-kubernetes-validations': [
      {
        rule: 'has(self.mode) || has(self.rolloutPercentage)',
        message: 'a tier entry sets mode, rolloutPercentage or both',
      },
    ],
  },
};
