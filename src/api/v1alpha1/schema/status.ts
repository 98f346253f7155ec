/**
 * `status`: what is really so. Only what changes seldom stands here: a value that differs at each look would make
 * every look a write. Ages are therefore given as the moment since when, and live figures are metrics.
 */
import { count, differenceClass, mode, percentage, timestamp, type Schema } from './kit.ts';

const verdict: Schema = {
  title: 'Verdict',
  description:
    'InSync, OutOfSync, or Inconclusive when the tables could not be compared: no data, no connection, or changed meanwhile.',
  type: 'string',
  enum: ['InSync', 'OutOfSync', 'Inconclusive'],
};
const text = (description: string, maxLength: number): Schema => ({ description, type: 'string', maxLength });

const resolved: Schema = {
  title: 'ResolvedStatus',
  description: "What spec comes to in this cluster's tier.",
  type: 'object',
  required: ['mode', 'rolloutPercentage', 'source'],
  properties: {
    mode: mode('The mode that is asked for.'),
    rolloutPercentage: percentage('The percentage that is asked for.'),
    source: {
      title: 'TierSource',
      description: "Tier: from this tier's entry in spec.tiers. TopLevel: from the top of spec.",
      type: 'string',
      enum: ['TopLevel', 'Tier'],
    },
  },
};

const rollout: Schema = {
  title: 'RolloutStatus',
  description: 'How far the fleet is moved.',
  type: 'object',
  required: ['percentage'],
  properties: {
    percentage: percentage('Share of Skippers that really read from the route server, by counted pods, rounded down.'),
    step: percentage('The step that is being reached or soaked.'),
    desired: percentage('The percentage that the spec asks for in this tier.'),
    since: timestamp('Since when the step has held.'),
    until: timestamp('When its soak ends.'),
    template: text('Digest of the template of the moved Skippers that soak: another one begins the soak anew.', 64),
  },
};

const fallback: Schema = {
  title: 'FallbackStatus',
  description:
    'A route server that fails the Skippers that read from it, and what came of it. Absent while it does not.',
  type: 'object',
  required: ['failingSince', 'generation', 'reason'],
  properties: {
    failingSince: timestamp('Since when it has failed without a break.'),
    since: timestamp(
      'When Skippers were moved back. The annotation routesrv.dev/acknowledged-fallback with this very value ends the fallback.',
    ),
    generation: {
      description: 'The metadata.generation that it was decided on; a later one ends the fallback.',
      type: 'integer',
      format: 'int64',
      minimum: 0,
    },
    reason: text('How it failed, in one word.', 64),
    message: text('How it failed, for a person.', 1024),
  },
};

const skippers: Schema = {
  title: 'SkippersStatus',
  description: 'The fleet, by counted pods.',
  type: 'object',
  required: ['total', 'direct', 'routeServer'],
  properties: {
    total: count('All Skippers of the fleet.'),
    direct: count('Those with their own Kubernetes data client.'),
    routeServer: count('Those wired to the route server.'),
    converged: count("Those of routeServer that show the route server's table."),
    lagging: {
      description:
        "Up to 10 Skippers that have not shown the route server's table for longer than spec.shadow.freshnessBudget, the longest first.",
      type: 'array',
      maxItems: 10,
      'x-kubernetes-list-type': 'atomic',
      items: {
        title: 'LaggingSkipper',
        description: "One Skipper that does not show the route server's table.",
        type: 'object',
        required: ['pod', 'since', 'message'],
        properties: {
          pod: text('Name of the pod.', 253),
          since: timestamp('Since when.'),
          message: text('What is wrong with its table, for a person.', 512),
        },
      },
    },
  },
};

const routeServer: Schema = {
  title: 'RouteServerStatus',
  description: 'The route server. Age of its data: now minus staleSince, and 0 without it.',
  type: 'object',
  required: ['ready'],
  properties: {
    ready: count('Ready replicas.'),
    etag: text(
      'ETag of the table it serves; at most spec.shadow.interval old while a change of the table is all that changes.',
      128,
    ),
    routes: count('Routes in it; as old as the ETag.'),
    staleSince: timestamp(
      'Set only while its data is older than spec.shadow.freshnessBudget: when the data was last current.',
    ),
    image: text('Image that the ready replicas run.', 512),
  },
};

const shadow: Schema = {
  title: 'ShadowStatus',
  description: 'The newest comparison. The whole difference is never kept here.',
  type: 'object',
  required: ['verdict', 'since'],
  properties: {
    verdict,
    since: timestamp('Since when the verdict has stood without a break.'),
    counts: {
      title: 'DifferenceCounts',
      description: 'Routes by how they differ.',
      type: 'object',
      required: ['added', 'removed', 'changed', 'rejected', 'tolerated'],
      properties: {
        added: count('Only the route server has them.'),
        removed: count('Only Skipper has them.'),
        changed: count('Both have them, and they differ.'),
        rejected: count('The route server has them, and Skipper itself rejected them: no difference.'),
        tolerated: count('Counted in none of the above, thanks to spec.shadow.tolerate.'),
      },
    },
    samples: {
      description:
        'Up to 10 of the differences, by route id, and after them routes that Skipper rejected, with its reason. Arguments that may hold secrets are redacted.',
      type: 'array',
      maxItems: 10,
      'x-kubernetes-list-type': 'atomic',
      items: {
        title: 'DifferenceSample',
        description: 'One route that differs.',
        type: 'object',
        required: ['routeId', 'kind', 'difference'],
        properties: {
          routeId: text('Id of the route.', 512),
          kind: differenceClass('How it differs.'),
          difference: text('What differs, redacted and shortened.', 1024),
        },
      },
    },
    toleratedBy: {
      description:
        'Up to 10 entries of spec.shadow.tolerate that make differences harmless, those with most of them first.',
      type: 'array',
      maxItems: 10,
      'x-kubernetes-list-type': 'atomic',
      items: {
        title: 'ToleratedBy',
        description: 'One entry, and how many differences it makes harmless.',
        type: 'object',
        required: ['count'],
        properties: {
          route: text('Its pattern of route ids.', 512),
          class: differenceClass('Its class of difference.'),
          count: count('Routes.'),
        },
      },
    },
    digests: {
      title: 'TableDigests',
      description: 'Digests of the normalised tables; equal when the tables agree.',
      type: 'object',
      required: ['direct', 'routeServer'],
      properties: { direct: text("Of Skipper's table.", 128), routeServer: text("Of the route server's table.", 128) },
    },
    checks: count('Comparisons done since the verdict has stood. Written only along with another change.'),
  },
};

const wiring: Schema = {
  title: 'WiringStatus',
  description: "The operator's change of Skipper's settings.",
  type: 'object',
  properties: {
    originalsIn: text("Where Skipper's own settings are kept for their exact restore, as Kind/name.", 320),
    attempts: count('Times the operator wrote its settings again since something else reset them.'),
    contestedBy: text('Field managers that reset them.', 512),
  },
};

const bake: Schema = {
  title: 'BakeStatus',
  description: 'The bake time, while it is counted and after.',
  type: 'object',
  required: ['since', 'until'],
  properties: {
    since: timestamp('When it began.'),
    until: timestamp('When it ends, or ended.'),
    template: text('Digest of the template of the Skippers that bake: another one begins the bake anew.', 64),
  },
};

const conditions: Schema = {
  description: 'Conditions by type.',
  type: 'array',
  maxItems: 16,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    title: 'Condition',
    description: 'One statement about the object, as in the Kubernetes API conventions.',
    type: 'object',
    required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
    properties: {
      type: { description: 'What it is about.', type: 'string', maxLength: 316, pattern: '^[A-Z][A-Za-z]*$' },
      status: {
        title: 'ConditionStatus',
        description: 'Whether it is so.',
        type: 'string',
        enum: ['True', 'False', 'Unknown'],
      },
      observedGeneration: {
        description: 'The metadata.generation that it was decided on.',
        type: 'integer',
        format: 'int64',
        minimum: 0,
      },
      lastTransitionTime: timestamp('When status last changed.'),
      reason: {
        description: 'Why, in one word.',
        type: 'string',
        minLength: 1,
        maxLength: 1024,
        pattern: '^[A-Z][A-Za-z]*$',
      },
      message: text('Why, for a person, and what to do.', 4096),
    },
  },
};

const history: Schema = {
  description: 'The last 20 transitions, the newest last.',
  type: 'array',
  maxItems: 20,
  'x-kubernetes-list-type': 'atomic',
  items: {
    title: 'HistoryEntry',
    description: 'One transition.',
    type: 'object',
    required: ['time', 'from', 'to', 'reason'],
    properties: {
      time: timestamp('When.'),
      from: text('Where the fleet stood, such as Pre.', 64),
      to: text('Where it went, such as Exec 10 %.', 64),
      reason: text('Why, in one word.', 64),
      message: text('Why, for a person.', 1024),
    },
  },
};

export const statusSchema: Schema = {
  title: 'RouteServerConfigStatus',
  description: 'What is really so, as the operator last saw it. Written only when something changed.',
  type: 'object',
  properties: {
    observedGeneration: {
      description: 'The metadata.generation that this status is about.',
      type: 'integer',
      format: 'int64',
      minimum: 0,
    },
    tier: text("The tier of the operator's cluster; absent when it was not told.", 63),
    resolved,
    effectiveMode: mode('The mode that the fleet is really in. Differs from what is asked for until the gates pass.'),
    phase: text('Where the fleet stands on its way, in one word; for people only.', 64),
    rollout,
    skippers,
    routeServer,
    shadow,
    wiring,
    bake,
    fallback,
    conditions,
    history,
  },
};
