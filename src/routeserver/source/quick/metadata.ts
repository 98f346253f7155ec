/**
 * Gets an object's metadata in protobuf; gives what lists and routes need of it.
 *
 * Field numbers are those of `generated.proto` in k8s.io/apimachinery, meta/v1. Tags in this folder are
 * whole ones: eight times the field's number, and 2 for what has a length or 0 for a number. What has another tag is
 * skipped, as protobuf has it.
 */
import { isKeptAnnotation, type Metadata } from '../../../api/index.ts';
import type { KubeObject, WireReader } from '../../../kube/index.ts';

/** An object that was decoded as it was read: there is no JSON of it. */
export class QuickObject implements KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Identity;
  readonly decoded: object;
  readonly [field: string]: unknown;

  constructor(type: { readonly apiVersion: string; readonly kind: string }, metadata: Identity, decoded: object) {
    this.apiVersion = type.apiVersion;
    this.kind = type.kind;
    this.metadata = metadata;
    this.decoded = decoded;
  }
}

/** What tells an object and its versions apart; `''` for what is not there. */
export interface Identity {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
}

/** Reads a field of metadata; tells whether it was part of the identity, and goes past no other. */
function readIdentityField(wire: WireReader, tag: number, identity: Identity): boolean {
  switch (tag) {
    case 10:
      identity.name = wire.text();
      return true;
    case 26:
      identity.namespace = wire.text();
      return true;
    case 42:
      identity.uid = wire.uniqueText();
      return true;
    case 50:
      identity.resourceVersion = wire.uniqueText();
      return true;
    default:
      return false;
  }
}

/** Reads metadata. `readOther` reads a field of another tag, or tells that it has not. */
export function readIdentity(wire: WireReader, readOther: (tag: number) => boolean = () => false): Identity {
  const identity = { name: '', namespace: '', uid: '', resourceVersion: '' };
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (!readIdentityField(wire, tag, identity) && !readOther(tag)) wire.skip(tag);
  }
  return identity;
}

/** `list` and `item`. Most lists have one: V8 makes room for that one, but at a first push for seventeen, and keeps it. */
export function appended<T>(list: T[], item: T): T[] {
  if (list.length === 0) return [item];
  list.push(item);
  return list;
}

export const labelsTag = 90;
const annotationsTag = 98;
const noTexts: ReadonlyMap<string, string> = new Map();

/** Reads metadata with labels and annotations. */
export function readMetadata(wire: WireReader): { readonly identity: Identity; readonly metadata: Metadata } {
  let labels: Map<string, string> | undefined;
  let annotations: Map<string, string> | undefined;
  const identity = readIdentity(wire, (tag) => {
    if (tag === labelsTag) readEntry(wire, (labels ??= new Map<string, string>()));
    else if (tag === annotationsTag) readEntry(wire, (annotations ??= new Map<string, string>()));
    else return false;
    return true;
  });
  const { namespace, name } = identity;
  return { identity, metadata: { namespace, name, annotations: annotations ?? noTexts, labels: labels ?? noTexts } };
}

/** Takes entries of a map: a Map, or whoever wants but some of them. */
interface Entries {
  readonly set: (key: string, value: string) => unknown;
}

/** Reads an entry of a map; texts that nobody reads, which are the longest, are not even made. */
export function readEntry(wire: WireReader, into: Entries): void {
  let key = '';
  let value = '';
  for (const end = wire.end(); wire.isBefore(end);) {
    const tag = wire.int32();
    if (tag === 10) key = wire.text();
    else if (tag === 18 && isKeptAnnotation(key)) value = wire.text();
    else wire.skip(tag);
  }
  if (isKeptAnnotation(key)) into.set(key, value);
}
