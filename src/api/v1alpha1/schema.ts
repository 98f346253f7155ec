/**
 * The one source of RouteServerConfig v1alpha1: the CRD, the types, the defaults and docs/spec are made from it by
 * `npm run generate`. A description says meaning, unit and what a wrong value leads to; defaults are in `default`.
 */
import { MAX_NAME_LENGTH } from './names.ts';
import { mode, percentage, type Rule, type Schema } from './schema/kit.ts';
import { clientBalancerSchema, fallbackSchema, rolloutSchema, shadowSchema, tiersSchema } from './schema/policy.ts';
import { routeServerSchema } from './schema/route-server.ts';
import { skipperSchema } from './schema/skipper.ts';
import { statusSchema } from './schema/status.ts';

/** `spec`: what a person wants. The operator never writes it. */
export const specSchema: Schema = {
  title: 'RouteServerConfigSpec',
  description: 'What a person wants for one Skipper fleet. The operator never writes it.',
  type: 'object',
  required: ['skipper'],
  properties: {
    mode: {
      ...mode(
        'Where the fleet reads its routes. "False": each Skipper from the Kubernetes API. "Pre": the same, while a route server runs in the shadow and is compared. "Exec": from the route server. A string: write "False" with quotes, because an unquoted False is a YAML boolean and is refused.',
      ),
      default: 'False',
    },
    rolloutPercentage: {
      ...percentage('Share of the fleet that reads from the route server in Exec, in percent of its pods, rounded up.'),
      default: 100,
    },
    suspend: {
      description: 'True: the operator goes on watching and reporting, and changes nothing.',
      type: 'boolean',
      default: false,
    },
    skipper: skipperSchema,
    routeServer: routeServerSchema,
    shadow: shadowSchema,
    rollout: rolloutSchema,
    fallback: fallbackSchema,
    clientBalancer: clientBalancerSchema,
    tiers: tiersSchema,
  },
};

/** CEL: the fields that say which Skippers are meant, and how they are wired, are as before. */
const sameFleet = [
  'self.spec.skipper.deploymentRef.name == oldSelf.spec.skipper.deploymentRef.name',
  'self.spec.skipper.wiring == oldSelf.spec.skipper.wiring',
  unchangedOptional('self.spec.skipper', 'containerName'),
  unchangedOptional('self.spec.skipper', 'configMapName'),
].join(' && ');

const rules: readonly Rule[] = [
  {
    rule: `self.metadata.name.size() <= ${MAX_NAME_LENGTH} && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')`,
    message: `metadata.name must be at most ${MAX_NAME_LENGTH} characters, begin with a letter and hold only a-z, 0-9 and "-": Services and Deployments are named after it`,
  },
  {
    // By status and not by spec.mode: the fleet is what is at stake, and a tier may override spec.mode.
    rule: `!has(oldSelf.status) || !has(oldSelf.status.effectiveMode) || oldSelf.status.effectiveMode == 'False' || (${sameFleet})`,
    message:
      'spec.skipper deploymentRef, containerName, wiring and configMapName cannot change while status.effectiveMode is "Pre" or "Exec": set mode to "False", wait until effectiveMode is "False", then change them',
    reason: 'FieldValueForbidden',
  },
];

/** The whole object. */
export const routeServerConfigSchema: Schema = {
  description:
    'RouteServerConfig moves one Skipper fleet from polling the Kubernetes API to reading from a route server.',
  type: 'object',
  required: ['spec'],
  properties: {
    apiVersion: { description: 'Always routesrv.dev/v1alpha1.', type: 'string' },
    kind: { description: 'Always RouteServerConfig.', type: 'string' },
    metadata: { type: 'object' },
    spec: specSchema,
    status: statusSchema,
  },
  'x-kubernetes-validations': rules,
};

// Not with CEL's `.?`: the API server estimates a comparison of optionals as if it had no bound, and refuses the rule.
function unchangedOptional(parent: string, field: string): string {
  const [now, before] = [`${parent}.${field}`, `old${parent.charAt(0).toUpperCase()}${parent.slice(1)}.${field}`];
  return `has(${now}) == has(${before}) && (!has(${now}) || ${now} == ${before})`;
}
