/**
 * Gets texts; gives their bytes, one behind the other, in memory that is used again.
 *
 * A first table has 26 MB of text, of which each chunk is needed until it is compressed. In memory of its own, which the
 * system has to find and to clear, it takes as long again to write it down.
 */

/** Holds nearly every chunk with what stands before it. */
const firstBytes = 1024 * 1024;
/** UTF-8 takes no more for a unit of a JavaScript string. */
const mostBytesPerUnit = 3;
/** As many as there are chunks under way; more go when they are given back. */
const mostIdle = 4;

const idle: Scratch[] = [];

/** Memory for one text at a time. */
export class Scratch {
  #memory = Buffer.allocUnsafeSlow(firstBytes);
  #length = 0;

  /** Empty. To be given back when its bytes are not needed any more. */
  static take(): Scratch {
    return idle.pop() ?? new Scratch();
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Puts `text` behind what is there. */
  write(text: string): void {
    const needed = this.#length + mostBytesPerUnit * text.length;
    if (needed > this.#memory.length) {
      const grown = Buffer.allocUnsafeSlow(2 * needed);
      this.#memory.copy(grown, 0, 0, this.#length);
      this.#memory = grown;
    }
    this.#length += this.#memory.write(text, this.#length);
  }

  /** What stands from `from` to `to`, until it is given back. */
  bytes(from: number, to = this.#length): Buffer {
    return this.#memory.subarray(from, to);
  }

  /** For others to write into. One that had to grow is for a text that hardly any other is like. */
  giveBack(): void {
    this.#length = 0;
    if (this.#memory.length === firstBytes && idle.length < mostIdle) idle.push(this);
  }
}
