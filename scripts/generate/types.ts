/** Gets the schema, gives readonly TypeScript types: the spec with and without its defaults, and the status. */
import { format, resolveConfig } from 'prettier';
import { specSchema } from '../../src/api/v1alpha1/schema.ts';
import { envSchema, resourcesSchema } from '../../src/api/v1alpha1/schema/container.ts';
import { scalarTypes, type Schema } from '../../src/api/v1alpha1/schema/kit.ts';
import { affinitySchema, tolerationsSchema, topologySpreadSchema } from '../../src/api/v1alpha1/schema/scheduling.ts';
import { statusSchema } from '../../src/api/v1alpha1/schema/status.ts';
import { GENERATED_NOTICE, type Artifact } from './artifact.ts';
import { hasInnerDefaults, isRequired } from './shape.ts';

/** Complete: as the API server gives it, defaults filled in. Written: as a person may write it. */
type Variant = 'complete' | 'written';

interface Plan {
  readonly file: string;
  readonly variant: Variant;
  readonly about: string;
  readonly roots: readonly Schema[];
}

const plans: readonly Plan[] = [
  {
    file: 'pod',
    variant: 'complete',
    about: "Parts of a pod's and a container's spec.",
    roots: [affinitySchema, tolerationsSchema, topologySpreadSchema, resourcesSchema, envSchema],
  },
  { file: 'spec', variant: 'complete', about: 'The spec as it is read: defaults filled in.', roots: [specSchema] },
  {
    file: 'written',
    variant: 'written',
    about: 'The spec as a person may write it: what has a default may be left out.',
    roots: [specSchema],
  },
  { file: 'status', variant: 'complete', about: 'The status.', roots: [statusSchema] },
];

/** src/api/v1alpha1/types/*.generated.ts */
export async function typeArtifacts(): Promise<Artifact[]> {
  const declaredIn = new Map<string, string>();
  const artifacts: Artifact[] = [];
  for (const plan of plans) {
    const declarations = declarationsOf(plan, declaredIn);
    const body = [...declarations.values()].join('\n\n');
    const imports = importsFor(body, plan.file, declaredIn);
    const path = `src/api/v1alpha1/types/${plan.file}.generated.ts`;
    const source = `/**\n * ${plan.about}\n *\n * ${GENERATED_NOTICE}\n */\n${imports}\n\n${body}\n`;
    const options = await resolveConfig('package.json');
    artifacts.push({ path, text: await format(source, { ...options, parser: 'typescript' }) });
  }
  return artifacts;
}

/** The types that this file declares; `declaredIn` learns them. */
function declarationsOf({ file, variant, roots }: Plan, declaredIn: Map<string, string>): Map<string, string> {
  const declarations = new Map<string, string>();
  const visit = (schema: Schema): void => {
    const name = typeName(schema, variant);
    if (name !== undefined && declaredIn.has(name)) return;
    if (name !== undefined) {
      declaredIn.set(name, file);
      declarations.set(name, declaration(name, schema, variant));
    }
    for (const inner of innerSchemas(schema)) visit(inner);
  };
  for (const root of roots) visit(root);
  return declarations;
}

function declaration(name: string, schema: Schema, variant: Variant): string {
  if (schema.properties) return `${comment(schema, '@public')}export interface ${name} ${bodyOf(schema, variant)}`;
  const doc = comment({ description: scalarTypes[name] ?? `One of the words that ${name} can be.` }, '@public');
  return `${doc}export type ${name} = ${schema.enum ? unionOf(schema.enum) : 'string'};`;
}

function bodyOf(schema: Schema, variant: Variant): string {
  const lines = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const optional = isRequired(schema, name) || (variant === 'complete' && property.default !== undefined) ? '' : '?';
    const doc = variant === 'complete' ? comment(property) : '';
    return `${doc}readonly ${name}${optional}: ${typeOf(property, variant)};`;
  });
  return `{\n${lines.join('\n')}\n}`;
}

function typeOf(schema: Schema, variant: Variant): string {
  const name = typeName(schema, variant);
  if (name !== undefined) return name;
  if (schema['x-kubernetes-int-or-string']) return 'number | string';
  if (schema.items) return `readonly (${typeOf(schema.items, variant)})[]`;
  if (schema.additionalProperties) return `Readonly<Record<string, ${typeOf(schema.additionalProperties, variant)}>>`;
  if (schema.properties) return bodyOf(schema, variant);
  if (schema.enum) return unionOf(schema.enum);
  return schema.type === 'integer' ? 'number' : (schema.type ?? 'unknown');
}

function typeName(schema: Schema, variant: Variant): string | undefined {
  const differs = variant === 'written' && schema.properties !== undefined && hasInnerDefaults(schema);
  return schema.title !== undefined && differs ? `Written${schema.title}` : schema.title;
}

function importsFor(body: string, file: string, declaredIn: ReadonlyMap<string, string>): string {
  const wanted = new Map<string, string[]>();
  for (const [name, home] of declaredIn) {
    if (home === file || !new RegExp(`: [^;]*\\b${name}\\b`).test(body)) continue;
    wanted.set(home, [...(wanted.get(home) ?? []), name]);
  }
  return [...wanted]
    .map(([home, names]) => `import type { ${names.sort().join(', ')} } from './${home}.generated.ts';`)
    .join('\n');
}

function innerSchemas(schema: Schema): Schema[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [...Object.values(properties), items, additionalProperties].filter((inner) => inner !== undefined);
}

function unionOf(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' | ');
}

/**
 * The description as a doc comment, broken into lines, for prettier leaves comments as they are. Types carry the tag
 * `@public`: they are the API, and the search for unused exports leaves them alone.
 */
function comment({ description, default: value }: Schema, tag?: '@public'): string {
  if (description === undefined) return '';
  const initial = JSON.stringify(value);
  // `{}` only makes the API server fill in what is inside; a reader would take it for "nothing".
  const text = value === undefined || initial === '{}' ? description : `${description} Default: ${initial}.`;
  const lines = wrapped(text);
  if (tag !== undefined) lines.push(tag);
  return lines.length === 1
    ? `/** ${lines.join('')} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\n`;
}

function wrapped(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length < 108) lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
