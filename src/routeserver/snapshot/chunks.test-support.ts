/** Gets routes; gives the chunks of a table with them. */
import type { Route } from '../../eskip/index.ts';
import { printRoute } from '../../eskip/index.ts';
import type { Body } from './body.ts';
import type { Chunk } from './chunk.ts';
import { LineTable } from './line-table.ts';

export function chunksOf(routes: readonly Route[]): readonly Chunk[] {
  const table = new LineTable();
  table.change(new Map(routes.map((route) => [route.id, { id: route.id, text: printRoute(route), count: 1 }])));
  return table.chunks;
}

/** All bytes in one buffer. */
export function bytesOf(body: Body): Buffer {
  return Buffer.concat(body.parts);
}
