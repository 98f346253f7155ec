/**
 * Gets what programs have to say; gives one line of JSON each, with secrets taken out.
 */
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { serializeError } from './serialize-error.ts';

/** A logger: `log.info({ key }, 'what happened')`. */
export type Logger = PinoLogger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  /** The program's name, on every line. */
  readonly name: string;
  readonly level: LogLevel;
  /** Default standard output. */
  readonly destination?: DestinationStream;
}

const secretFields = ['authorization', 'Authorization', 'token', 'secret', 'password', 'data', 'stringData'];
const depths = ['', '*.', '*.*.', '*.*.*.'];

/** Makes a logger. Fields named like secrets are replaced down to four levels; errors lose bodies and headers. */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError, error: serializeError },
    redact: { paths: depths.flatMap((depth) => secretFields.map((field) => depth + field)), censor: '[redacted]' },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
