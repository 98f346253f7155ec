/**
 * What the tool is doing, for a person who waits: what, how far, how long so far and how long it usually takes.
 * On a terminal one line that changes; elsewhere plain lines, one now and then.
 */
import type { WriteStream } from 'node:tty';

/** A piece of work to show. */
export interface Work {
  readonly title: string;
  readonly expectedMs?: number;
  /** Words before the expected time; "usually" by default. */
  readonly expectedIs?: string;
}

/** Shows work that takes time. */
export interface Progress {
  /** Shows the work until it ends, with how long it took; `detail` says how far it is. */
  run<T>(work: Work, task: (detail: (text: string) => void) => Promise<T>): Promise<T>;
  /** One line that stays. */
  say(line: string): void;
}

/** The stream and the clock that a display needs; given in by tests. */
export interface Surroundings {
  readonly stream: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };
  readonly nowMs: () => number;
}

const redrawMs = 250;
const plainLineMs = 15_000;

/** Shows on standard error, so that standard output stays what the command is asked for. */
export function createProgress(
  { stream, nowMs }: Surroundings = { stream: process.stderr, nowMs: () => performance.now() },
): Progress {
  const clear = stream.isTTY ? '\r\u001b[2K' : '';
  const say = (line: string): void => {
    stream.write(`${clear}${line}\n`);
  };
  return {
    say,
    async run(work, task) {
      const start = nowMs();
      let detail = '';
      const show = (): void => {
        const line = describe(work, nowMs() - start, detail);
        stream.write(stream.isTTY ? `${clear}${line.slice(0, (stream.columns ?? 80) - 1)}` : `${line}\n`);
      };
      show();
      const timer = setInterval(show, stream.isTTY ? redrawMs : plainLineMs);
      try {
        const result = await task((text) => (detail = text));
        say(`${work.title}: ${duration(nowMs() - start)}`);
        return result;
      } catch (error) {
        say(`${work.title}: failed after ${duration(nowMs() - start)}`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** One line: the title, how far, how long. */
export function describe(work: Work, elapsedMs: number, detail: string): string {
  const expected = work.expectedMs ? `, ${work.expectedIs ?? 'usually'} ${duration(work.expectedMs)}` : '';
  return `${work.title} … ${detail ? `${detail}, ` : ''}${duration(elapsedMs)}${expected}`;
}

/** A time for people: `3.2 s`, `42 s`, `6 min 00 s`. */
export function duration(ms: number): string {
  const whole = Math.round(ms / 1_000);
  if (whole < 10) return `${(ms / 1_000).toFixed(1)} s`;
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
