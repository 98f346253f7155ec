/** Gets a table that could not be compared; gives what is wrong with it, with the place in the text. */
import { counted } from '../../api/index.ts';
import { parseRoutes } from '../../eskip/index.ts';
import type { NamedTable } from './read-table.ts';

/** Undefined when nothing is wrong with this one. */
export function mistakeIn({ name, text, expectedRoutes }: NamedTable): string | undefined {
  const parsed = parseRoutes(text);
  // The message has line and column.
  if (!parsed.ok) return `${name}: is no table of routes: ${parsed.error.message}`;
  const count = new Set(parsed.routes.map(({ id }) => id)).size;
  if (count === 0) return `${name}: has no routes, so there is nothing to compare`;
  if (expectedRoutes === undefined || expectedRoutes === count) return undefined;
  return `${name}: came with ${counted(count, 'route')} and said it has ${expectedRoutes}; the transfer was cut short: try again`;
}
