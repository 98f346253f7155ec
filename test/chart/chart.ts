/** The chart under test, as Helm renders it: documents by kind and name. */
import { parseAllDocuments } from 'yaml';
import { helm, type Cluster } from '../harness/index.ts';

export const CHART = 'charts/routesrv-operator';
export const RELEASE = 'routesrv';
export const NAMESPACE = 'operators';

/** A rendered object; what is below is looked up by path. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Everything the chart makes with `values` over its own. */
export async function render(cluster: Cluster, values: object = {}): Promise<readonly Rendered[]> {
  const args = ['template', RELEASE, CHART, '--namespace', NAMESPACE, '--values', '-'];
  const text = await helm(cluster, args, { input: JSON.stringify(values) });
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new Error(`not YAML: ${document.errors.join('; ')}`);
    return document.toJS() as Rendered;
  });
}

/** Helm's complaint about `values`, `undefined` when it renders them. */
export async function complaint(cluster: Cluster, values: object): Promise<string | undefined> {
  try {
    await render(cluster, values);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `Kind/name` of each object, sorted. */
export function identities(objects: readonly Rendered[]): readonly string[] {
  return objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort();
}

/** The one object of a kind whose name ends so. @throws when there is none. */
export function objectOf(objects: readonly Rendered[], kind: string, nameEnd = ''): Rendered {
  const found = objects.find((object) => object.kind === kind && object.metadata.name.endsWith(nameEnd));
  if (found === undefined) throw new Error(`no ${kind} …${nameEnd} among ${identities(objects).join(', ')}`);
  return found;
}

/** What stands at a path such as `spec.template.spec.containers.0.args`. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
