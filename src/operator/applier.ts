/**
 * Gets objects that shall be there, or shall not; makes it so with as few calls as possible.
 *
 * An object is applied when its content changed or somebody else wrote to it since; otherwise nothing is sent, also by a
 * process that has just begun. What is not ours is never taken over.
 */
import { createHash } from 'node:crypto';
import { reasons } from '../api/index.ts';
import {
  formatKey,
  keyOf,
  kinds,
  ownsAllOf,
  type KubeClient,
  type KubeObject,
  type ResourceKind,
} from '../kube/index.ts';
import { CONFIG_LABEL, type KubeObject as Manifest } from '../manifests/index.ts';
import { OperatorError } from './operator-error.ts';
import type { OwnedObject } from './world.ts';

/** Annotation with the digest of what was applied; a Deployment that lacks the newest one is not up to date. */
export const APPLIED_DIGEST_ANNOTATION = 'routesrv.dev/applied-digest';
export const FIELD_MANAGER = 'routesrv-operator';

const kindsByName = new Map(Object.values(kinds).map((kind) => [kind.kind, kind]));

/** The digest under which `manifest` is applied. */
export function manifestDigest(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex').slice(0, 16);
}

export class Applier {
  readonly #client: KubeClient;
  /** Key of an object → its digest and version as of our last apply. */
  readonly #applied = new Map<string, { readonly digest: string; readonly version: string }>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** Makes `manifests` be there, in their order. `present` is what the stores show of ours. */
  async apply(manifests: readonly Manifest[], present: readonly OwnedObject[]): Promise<void> {
    for (const manifest of manifests) await this.#applyOne(manifest, present);
  }

  /** Deletes what is there of ours and is not among `wanted`. */
  async prune(wanted: readonly Manifest[], present: readonly OwnedObject[]): Promise<void> {
    const keep = new Set(wanted.map((manifest) => identity(kindOf(manifest), asObject(manifest))));
    for (const { kind, object } of present) {
      if (keep.has(identity(kind, object)) || object.metadata.deletionTimestamp !== undefined) continue;
      const { uid } = object.metadata;
      await this.#client.delete(kind, keyOf(object), {
        propagationPolicy: 'Background',
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      });
      this.#applied.delete(identity(kind, object));
    }
  }

  async #applyOne(manifest: Manifest, present: readonly OwnedObject[]): Promise<void> {
    const kind = kindOf(manifest);
    const digest = manifestDigest(manifest);
    const wanted = withDigest(manifest, digest);
    const id = identity(kind, wanted);
    const there = present.find((candidate) => identity(candidate.kind, candidate.object) === id);
    if (there === undefined) await this.#refuseForeign(kind, wanted);
    else if (this.#isAsApplied(id, digest, there.object) || isStillOurs(there.object, wanted)) return;
    const written = await this.#client.apply(kind, wanted, { fieldManager: FIELD_MANAGER, force: true });
    this.#applied.set(id, { digest, version: versionOf(written) });
  }

  #isAsApplied(id: string, digest: string, object: KubeObject): boolean {
    const applied = this.#applied.get(id);
    return applied?.digest === digest && applied.version === versionOf(object);
  }

  /** Our stores show our objects only: one that they do not show may still be there and belong to somebody else. */
  async #refuseForeign(kind: ResourceKind, wanted: KubeObject): Promise<void> {
    const found = await this.#client.find(kind, keyOf(wanted));
    const owner = wanted.metadata.labels?.[CONFIG_LABEL];
    if (found === undefined || found.metadata.labels?.[CONFIG_LABEL] === owner) return;
    throw new OperatorError({
      reason: reasons.objectClaimed,
      disposition: 'stalled',
      message: `${kind.kind} ${formatKey(keyOf(wanted))} exists and is not ours: rename or delete it, or name the RouteServerConfig otherwise`,
    });
  }
}

/** Whether it is as the process before this one applied it: by the same digest, and nobody wrote to a field of it. */
function isStillOurs(object: KubeObject, wanted: KubeObject): boolean {
  const digestOf = ({ metadata }: KubeObject) => metadata.annotations?.[APPLIED_DIGEST_ANNOTATION];
  return digestOf(object) === digestOf(wanted) && ownsAllOf(object, FIELD_MANAGER, wanted);
}

/** Generation where the kind has one: a Deployment's status changes its resourceVersion all the time. */
function versionOf({ metadata }: KubeObject): string {
  return `${metadata.uid ?? ''}/${metadata.generation ?? metadata.resourceVersion ?? ''}`;
}

function withDigest(manifest: Manifest, digest: string): KubeObject {
  const object = asObject(manifest);
  const annotations = { ...object.metadata.annotations, [APPLIED_DIGEST_ANNOTATION]: digest };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function kindOf(manifest: Manifest): ResourceKind {
  const kind = kindsByName.get(manifest.kind);
  if (kind === undefined) throw new Error(`a manifest of kind ${manifest.kind} cannot be applied: add it to kinds`);
  return kind;
}

const identity = (kind: ResourceKind, object: KubeObject): string => `${kind.kind}/${formatKey(keyOf(object))}`;

// Manifests are JSON of the same shape; the rooms only name its types differently.
const asObject = (manifest: Manifest): KubeObject => manifest;
