/** Gets an object's `metadata`, gives what the compiler reads of it. */

import { fieldOf, readOptionalRecord, readText, readTextMap } from './reading.ts';

/** Annotations and labels are maps: a key such as `constructor` must find nothing. */
export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

/** kubectl keeps a second copy of the whole manifest here: half of the memory, and nobody reads it. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whether an annotation of this name is kept. */
export function isKeptAnnotation(name: string): boolean {
  return name !== lastApplied;
}

function withoutLastApplied(annotations: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return annotations.has(lastApplied)
    ? new Map([...annotations].filter(([key]) => isKeptAnnotation(key)))
    : annotations;
}

export function readMetadata(value: unknown): Metadata {
  const metadata = readOptionalRecord(value, 'metadata') ?? {};
  const annotations = readTextMap(fieldOf(metadata, 'annotations'), 'metadata.annotations');
  return {
    namespace: readText(fieldOf(metadata, 'namespace'), 'metadata.namespace'),
    name: readText(fieldOf(metadata, 'name'), 'metadata.name'),
    annotations: withoutLastApplied(annotations),
    labels: readTextMap(fieldOf(metadata, 'labels'), 'metadata.labels'),
  };
}

/** Services, Endpoints and Secrets without a namespace count as `default`, as in Skipper. */
export function namespaceOrDefault(namespace: string): string {
  return namespace === '' ? 'default' : namespace;
}
