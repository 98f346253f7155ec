/**
 * Gets the bytes of a watch; gives its events one by one. Broken JSON ends it: skipping a line would lose a change.
 */
import { errorOfStatus } from './api-status.ts';
import type { WatchEvent } from './client-types.ts';
import { describeCall, KubeError } from './kube-error.ts';
import type { CallSubject } from './kube-error.ts';
import { isKubeObject } from './kube-object.ts';
import { parseJson } from './transport.ts';

const lineBreak = 0x0a;

/** Splits bytes into lines, wherever the chunks were cut (in the middle of a character, too). */
export class LineSplitter {
  #parts: Buffer[] = [];

  /** Takes a chunk; gives the lines that it completes. */
  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let at = chunk.indexOf(lineBreak); at >= 0; at = chunk.indexOf(lineBreak, from)) {
      const line = Buffer.concat([...this.#parts, chunk.subarray(from, at)]).toString('utf8');
      this.#parts = [];
      from = at + 1;
      if (line.trim() !== '') yield line;
    }
    if (from < chunk.length) this.#parts.push(chunk.subarray(from));
  }
}

/** Reads one line of a watch. Throws a KubeError for an ERROR event and for what is no event. */
export function parseWatchLine(subject: CallSubject, line: string): WatchEvent {
  const raw = parseJson(subject, line);
  const type: unknown = fieldOf(raw, 'type');
  const object: unknown = fieldOf(raw, 'object');
  if (type === 'ERROR') throw errorOfStatus(subject, object, 500);
  if (type === 'BOOKMARK') {
    const version: unknown = fieldOf(fieldOf(object, 'metadata'), 'resourceVersion');
    if (typeof version === 'string' && version !== '') return { type, resourceVersion: version };
  }
  if ((type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') && isKubeObject(object)) return { type, object };
  const message = `${describeCall(subject)}: the stream holds something that is no event`;
  throw new KubeError({ status: 0, reason: 'BadAnswer', disposition: 'transient', message });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
