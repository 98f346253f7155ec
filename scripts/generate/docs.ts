/** Gets the schema, a hand-written frame and the examples, gives docs/spec: every field with type, default, meaning. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { conditionMeanings, reasonMeanings } from '../../src/api/index.ts';
import { routeServerConfigSchema, specSchema } from '../../src/api/v1alpha1/schema.ts';
import type { Schema } from '../../src/api/v1alpha1/schema/kit.ts';
import { statusSchema } from '../../src/api/v1alpha1/schema/status.ts';
import type { Artifact } from './artifact.ts';
import { isRequired } from './shape.ts';

const FOLDER = 'docs/spec/v1alpha1';

/** Kubernetes' own types: the page names them and leaves their fields to Kubernetes' documentation. */
const kubernetesTypes = ['Affinity', 'Toleration', 'TopologySpreadConstraint', 'EnvVar', 'ResourceRequirements'];

const namedTypes: Readonly<Record<string, string>> = {
  Duration: 'duration',
  Timestamp: 'time',
  ...Object.fromEntries(kubernetesTypes.map((name) => [name, `${name} (Kubernetes)`])),
};

/** docs/spec/v1alpha1/routeserverconfig.md */
export async function docsArtifacts(root: string): Promise<Artifact[]> {
  const frame = await readFile(join(root, 'scripts/generate/routeserverconfig.md'), 'utf8');
  const parts: Readonly<Record<string, string>> = {
    spec: sections('spec', specSchema),
    status: sections('status', statusSchema),
    rules: ruleList(routeServerConfigSchema),
    conditions: meaningTable('Condition', conditionMeanings),
    reasons: meaningTable('Reason', reasonMeanings),
    examples: await examples(root),
  };
  const text = frame.replaceAll(/<!-- insert: (\w+) -->/g, (marker, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`scripts/generate/routeserverconfig.md: nothing is called ${marker}`);
    return part;
  });
  return [{ path: `${FOLDER}/routeserverconfig.md`, text }];
}

/** One section per object: a table of its fields, what the API server refuses, then the objects inside. */
function sections(path: string, schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {});
  const rows = fields.map(([name, field]) => row(name, field, isRequired(schema, name)));
  const head = `### ${path}\n\n${schema.description ?? ''}\n\n| Field | Type | Default | Meaning |\n|---|---|---|---|\n`;
  const inner = fields.flatMap(([name, field]) => {
    const object = objectInside(field);
    return object === undefined ? [] : [sections(`${path}.${name}${field.items ? '[]' : ''}`, object)];
  });
  const leaves = fields.map(([, field]) => field).filter((field) => objectInside(field) !== field);
  return [head + rows.join('\n'), ruleList(schema, ...leaves), ...inner].filter((part) => part !== '').join('\n\n');
}

/** The field itself or its items, when that is an object of ours and so gets a section of its own. */
function objectInside(field: Schema): Schema | undefined {
  const object = field.items ?? field;
  return object.properties !== undefined && !kubernetesTypes.includes(object.title ?? '') ? object : undefined;
}

function row(name: string, field: Schema, required: boolean): string {
  const json = JSON.stringify(field.default);
  // `{}` only makes the API server fill in what is inside; the tables of the inner objects say with what.
  const initial = field.default === undefined || json === '{}' ? (required ? 'required' : '') : `\`${json}\``;
  return `| \`${name}\` | ${typeText(field)} | ${initial} | ${cell(field.description ?? '')} |`;
}

function typeText(field: Schema): string {
  const named = namedTypes[field.title ?? ''];
  if (named !== undefined) return named;
  if (field.enum) return field.enum.map((word) => `\`"${word}"\``).join(', ');
  if (field.items) return `list of ${typeText(field.items)}`;
  if (field.additionalProperties) return 'map of strings';
  if (field.type === 'integer') return `integer ${range(field)}`.trim();
  return field.type ?? '';
}

function range({ minimum, maximum }: Schema): string {
  if (maximum === undefined) return minimum === undefined ? '' : `≥ ${minimum}`;
  return `${minimum ?? 0}–${maximum}`;
}

function ruleList(...schemas: readonly Schema[]): string {
  const messages = schemas
    .filter(({ title }) => title !== 'Duration')
    .flatMap((schema) => schema['x-kubernetes-validations'] ?? [])
    .map(({ message, rule }) => `- ${message ?? rule}`);
  return messages.length === 0 ? '' : `The API server refuses what breaks one of these:\n\n${messages.join('\n')}`;
}

function meaningTable(what: string, meanings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(meanings).map(([word, meaning]) => `| \`${word}\` | ${cell(meaning)} |`);
  return `| ${what} | Meaning |\n|---|---|\n${rows.join('\n')}`;
}

/** Every examples/*.yaml; an integration test applies each to a real API server. */
async function examples(root: string): Promise<string> {
  const folder = join(root, FOLDER, 'examples');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return files
    .map((file, index) => `[examples/${file}](examples/${file})\n\n\`\`\`yaml\n${texts[index] ?? ''}\`\`\``)
    .join('\n\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
