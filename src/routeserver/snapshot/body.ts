/**
 * Gets buffers, or how to make them; gives them as one body, without making one buffer of them.
 *
 * Versions of a table share the parts in which they are equal, and so do all answers.
 */

/** Bytes in parts. */
export class Body {
  readonly length: number;
  readonly #make: () => readonly Buffer[];
  #parts: readonly Buffer[] | undefined;

  /** `length`, in bytes, is that of all parts together where they are made only when first asked for. */
  constructor(parts: readonly Buffer[] | (() => readonly Buffer[]), length = lengthOf(parts)) {
    this.length = length;
    this.#make = typeof parts === 'function' ? parts : () => parts;
  }

  get parts(): readonly Buffer[] {
    this.#parts ??= this.#make();
    return this.#parts;
  }

  /** `length` bytes from `start` on, or as many as there are; nothing is copied. */
  slice(start: number, length: number): readonly Buffer[] {
    const found: Buffer[] = [];
    let at = 0;
    for (const part of this.parts) {
      const from = Math.max(0, start - at);
      const to = Math.min(part.length, start + length - at);
      if (from < to) found.push(part.subarray(from, to));
      at += part.length;
    }
    return found;
  }
}

function lengthOf(parts: readonly Buffer[] | (() => readonly Buffer[])): number {
  return (typeof parts === 'function' ? parts() : parts).reduce((sum, part) => sum + part.length, 0);
}
