/**
 * Gets the YAML of a CustomResourceDefinition; gives it to the API server, unless one is there.
 */
import { V1CustomResourceDefinitionVersion } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { Cursor } from './decode.ts';
import type { KubeClient } from './kube-client.ts';
import { isConflict } from './kube-error.ts';
import { isKubeObject } from './kube-object.ts';
import { kinds } from './resource-kind.ts';

/** What dot-i's Operator tells of a CustomResourceDefinition. */
export interface RegisteredCrd {
  readonly group: string;
  readonly versions: V1CustomResourceDefinitionVersion[];
  readonly plural: string;
}

/** Registers the definition in `yaml`; `file` is for messages. */
export async function registerCrd(client: KubeClient, file: string, yaml: string): Promise<RegisteredCrd> {
  const raw: unknown = parse(yaml);
  if (!isKubeObject(raw) || raw.kind !== 'CustomResourceDefinition') {
    throw new Error(`${file} holds no CustomResourceDefinition`);
  }
  const spec = new Cursor(raw, file).field('spec');
  const found = {
    group: spec.field('group').string(),
    plural: spec.field('names').field('plural').string(),
    versions: spec.field('versions').items().map(readVersion),
  };
  try {
    await client.create(kinds.CustomResourceDefinition, raw);
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  return found;
}

function readVersion(version: Cursor): V1CustomResourceDefinitionVersion {
  return Object.assign(new V1CustomResourceDefinitionVersion(), {
    name: version.field('name').string(),
    served: version.field('served').boolean(),
    storage: version.field('storage').boolean(),
  });
}
