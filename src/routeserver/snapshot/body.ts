/**
 * Gets buffers; gives them as one body, without making one buffer of them.
 *
 * Versions of a table share the parts in which they are equal, and so do all answers.
 */

/** Bytes in parts. */
export class Body {
  readonly parts: readonly Buffer[];
  readonly length: number;

  constructor(parts: readonly Buffer[]) {
    this.parts = parts;
    this.length = parts.reduce((sum, part) => sum + part.length, 0);
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
