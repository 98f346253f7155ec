/** Gets a text and the offset where reading it failed; gives an error that a person can act on. */

/**
 * A text that is not eskip. The message names the place, what was found there and what would be right.
 * `line` and `column` count from 1; `column` and `offset` count UTF-16 units, as JavaScript strings do.
 * `routeId` is the route that was being read, `''` when none was.
 */
export class EskipSyntaxError extends Error {
  override readonly name = 'EskipSyntaxError';
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly routeId: string;

  constructor(problem: string, place: { text: string; offset: number; routeId?: string }) {
    const { text, offset, routeId = '' } = place;
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    super(`line ${line}, column ${column}${routeId === '' ? '' : `, in route ${routeId}`}: ${problem}`);
    this.line = line;
    this.column = column;
    this.offset = offset;
    this.routeId = routeId;
  }
}
