/**
 * Gets a folder of bundled programs; makes its route server one that serves a wrong table, for tests of what the
 * operator does then. It is the honest program, which is told to listen for one host under another name: the table is
 * well-formed, is served with ETags and reaches every Skipper, and only a comparison shows that it is wrong.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a host's name that is wrong in the table. No other route may contain it. */
export const poisonedWord = 'wishlist';

export function poison(dist: string): void {
  const program = join(dist, 'bin/routesrv');
  const script = ['#!/bin/sh', `exec /usr/lib/routesrv/routesrv.js "$@" '-edit-route=/${poisonedWord}/gone/'`, ''];
  rmSync(program);
  writeFileSync(program, script.join('\n'), { mode: 0o755 });
}
