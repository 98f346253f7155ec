/**
 * Gets objects as they were written and as an API server has them; gives what must be put back or deleted so that the
 * cluster is as it was.
 */

interface Keyed {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

export interface Deviations<W, F> {
  /** Changed or missing. */
  readonly putBack: readonly W[];
  /** Nobody wrote them. */
  readonly strange: readonly F[];
}

/** Compares all objects of some kinds. */
export function deviations<W extends Keyed, F extends Keyed>(
  written: Iterable<W>,
  found: Iterable<F>,
): Deviations<W, F> {
  const rest = new Map<string, F>();
  for (const object of found) rest.set(keyOf(object), object);
  const putBack: W[] = [];
  for (const object of written) {
    const key = keyOf(object);
    if (!holds(rest.get(key), object)) putBack.push(object);
    rest.delete(key);
  }
  return { putBack, strange: [...rest.values()] };
}

function keyOf({ metadata: { namespace = '', name } }: Keyed): string {
  return `${namespace}/${name}`;
}

/** Whether `found` says all that `written` does; an API server adds defaults of its own to objects, not to lists. */
function holds(found: unknown, written: unknown): boolean {
  if (typeof written !== 'object' || written === null) return found === written;
  if (typeof found !== 'object' || found === null) return false;
  if (Array.isArray(written) && (!Array.isArray(found) || found.length !== written.length)) return false;
  const fields = new Map<string, unknown>(Object.entries(found));
  // A list leaves them out of its items.
  return Object.entries(written).every(
    ([name, value]) => name === 'kind' || name === 'apiVersion' || holds(fields.get(name), value),
  );
}
