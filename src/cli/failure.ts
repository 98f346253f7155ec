/** What keeps a command from doing its work: shown as it is, without a stack, and ends in exit code 2. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** One per mistake: a person wants to see all of them at once. Each says where it is and what to do. */
  readonly messages: readonly string[];

  constructor(...messages: readonly string[]) {
    super(messages.join('\n'));
    this.messages = messages;
  }
}

/** Why a file could not be opened, in a word or two; the system's own text would name the path a second time. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    ENOTDIR: 'is no directory',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
