/** The option that all commands have in common: for a person, or for a program. */
import { Option } from 'commander';

export type OutputFormat = 'text' | 'json';

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text');
}

/** JSON as people read it, too. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
