/** The one error of the test bed: its message says what to do about it. */
export class TestBedError extends Error {
  override readonly name: string = 'TestBedError';
}

/** Thrown while waiting: what is waited for will never come. */
export class HopelessError extends TestBedError {}

/** True for a file system error with that code, for example `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/** What went wrong, on one line, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
