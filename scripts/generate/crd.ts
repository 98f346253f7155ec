/** Gets the schema, gives the CustomResourceDefinition: for kubectl (crds/) and as a template of the chart. */
import { stringify } from 'yaml';
import { GROUP, KIND, PLURAL, VERSION } from '../../src/api/index.ts';
import { routeServerConfigSchema } from '../../src/api/v1alpha1/schema.ts';
import type { Schema } from '../../src/api/v1alpha1/schema/kit.ts';
import { GENERATED_NOTICE, type Artifact } from './artifact.ts';

const CHART = 'charts/routesrv-operator';

/** What `kubectl get rsc` shows; those with a priority only with `-o wide`. */
const printerColumns = [
  {
    name: 'Mode',
    type: 'string',
    jsonPath: '.status.resolved.mode',
    description: "Mode that is asked for in this cluster's tier.",
  },
  {
    name: 'Effective',
    type: 'string',
    jsonPath: '.status.effectiveMode',
    description: 'Mode that the fleet is really in.',
  },
  {
    name: 'Percent',
    type: 'integer',
    jsonPath: '.status.rollout.percentage',
    description: 'Share of Skippers that read from the route server.',
  },
  { name: 'Shadow', type: 'string', jsonPath: '.status.shadow.verdict', description: 'Whether the tables agree.' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Message', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' },
  { name: 'Tier', type: 'string', jsonPath: '.status.tier', priority: 1 },
  { name: 'Skippers', type: 'integer', jsonPath: '.status.skippers.total', priority: 1 },
  { name: 'Promotable', type: 'string', jsonPath: '.status.conditions[?(@.type=="Promotable")].status', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${PLURAL}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: {
      kind: KIND,
      listKind: `${KIND}List`,
      plural: PLURAL,
      singular: KIND.toLowerCase(),
      shortNames: ['rsc'],
      categories: ['routesrv'],
    },
    versions: [
      {
        name: VERSION,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: printerColumns,
        schema: { openAPIV3Schema: asPublished(routeServerConfigSchema) },
      },
    ],
  },
};

/** crds/ and the chart's template of the same definition. */
export function crdArtifacts(): Artifact[] {
  const yaml = stringify(definition, { lineWidth: 120, aliasDuplicateObjects: false });
  return [
    { path: `crds/${GROUP}_${PLURAL}.yaml`, text: `# ${GENERATED_NOTICE}\n${yaml}` },
    { path: `${CHART}/templates/crd.yaml`, text: asChartTemplate(yaml) },
  ];
}

/**
 * A template and not a file in the chart's own crds/ folder: Helm never upgrades what lies there. The policy `keep`
 * is its price, for an uninstall would otherwise delete every RouteServerConfig with the definition.
 */
function asChartTemplate(yaml: string): string {
  const name = `  name: ${PLURAL}.${GROUP}\n`;
  const metadata = `${name}  labels:
    {{- include "routesrv-operator.labels" . | nindent 4 }}
  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
`;
  if (!yaml.includes(name) || yaml.includes('{{')) throw new Error('the CRD no longer fits into a chart template');
  return `{{- /* ${GENERATED_NOTICE} */}}\n{{- if .Values.crds.install }}\n${yaml.replace(name, metadata)}{{- end }}\n`;
}

/**
 * The schema as the API server takes it: `title` is our own word for the TypeScript type. Descriptions end with the
 * default, which `kubectl explain` shows nowhere else.
 */
function asPublished({ title: _title, properties, items, additionalProperties, ...rest }: Schema): Schema {
  return {
    ...rest,
    ...(rest.description !== undefined && { description: withDefault(rest.description, rest.default) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, asPublished(schema)])),
    }),
    ...(additionalProperties && { additionalProperties: asPublished(additionalProperties) }),
    ...(items && { items: asPublished(items) }),
  };
}

/** That of an object is only there so that its fields get theirs. */
function withDefault(description: string, value: Schema['default']): string {
  const isShown = value !== undefined && (typeof value !== 'object' || Array.isArray(value));
  return isShown ? `${description} Default: ${JSON.stringify(value)}.` : description;
}
