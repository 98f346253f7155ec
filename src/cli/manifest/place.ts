/**
 * Gets the syntax tree of a document and the name of a field in it; gives the line where the field stands.
 */
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, LineCounter, Node } from 'yaml';

/** Where something is in the manifests. */
export interface Place {
  readonly file: string;
  /** Number of the document in the file, from 1. */
  readonly document: number;
  /** From 1. */
  readonly line: number;
}

/** A document with what is needed to find lines in it. */
export interface SyntaxTree {
  readonly document: Document;
  readonly lines: LineCounter;
}

interface Step {
  readonly node: Node | null;
  /** Where the key stands, or the item of a list. */
  readonly offset: number;
  readonly rest: string;
}

/**
 * The line of `field`, such as `spec.rules[0].host` or `metadata.annotations[zalando.org/skipper-filter]`. Of a field
 * that is not there, as a missing one is not, that of the nearest one around it.
 */
export function lineOf({ document, lines }: SyntaxTree, field: string): number {
  let step: Step = { node: document.contents, offset: document.contents?.range?.[0] ?? 0, rest: field };
  for (let next: Step | undefined = step; next !== undefined; next = nextStep(step, document)) step = next;
  return lines.linePos(step.offset).line;
}

function nextStep({ node, rest }: Step, document: Document): Step | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isMap(target)) return intoMap(target.items, rest);
  if (!isSeq(target)) return undefined;
  const [matched, index] = /^\[(\d+)\]/.exec(rest) ?? [];
  const item: unknown = target.items[Number(index)];
  if (matched === undefined || !isNode(item)) return undefined;
  return { node: item, offset: item.range?.[0] ?? 0, rest: rest.slice(matched.length) };
}

/** Keys may hold dots, as those of annotations do: the longest one that the rest begins with is meant. */
function intoMap(pairs: readonly { readonly key: unknown; readonly value: unknown }[], rest: string): Step | undefined {
  const path = rest.replace(/^\./, '');
  let found: Step | undefined;
  for (const { key, value } of pairs) {
    const remaining = isScalar(key) ? afterKey(path, String(key.value)) : undefined;
    if (!isScalar(key) || remaining === undefined) continue;
    if (found !== undefined && found.rest.length <= remaining.length) continue;
    found = { node: isNode(value) ? value : null, offset: key.range?.[0] ?? 0, rest: remaining };
  }
  return found;
}

function afterKey(path: string, key: string): string | undefined {
  if (path.startsWith(`[${key}]`)) return path.slice(key.length + 2);
  const isWhole = path.startsWith(key) && ['', '.', '['].includes(path.charAt(key.length));
  return isWhole ? path.slice(key.length) : undefined;
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}
