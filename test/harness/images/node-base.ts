/** The base image of our own programs on machines without a registry: Node, its libraries, and a shell. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkout } from '../layout.ts';
import { baseFiles, programWithLibraries } from './base-files.ts';
import { busyboxFiles, findBusybox } from './catalog.ts';
import type { Recipe } from './catalog.ts';

const reference = 'testbed.local/node:24';
const path = ['/usr/local/bin', '/usr/bin', '/bin'].join(':');

/** Stands in for docker.io/library/node:24-bookworm-slim: the Node that this checkout brings, at the same place. */
export const nodeBase: Recipe = {
  reference,
  sources: () => Promise.resolve([ownNode(), findBusybox()]),
  async make([node = '', busybox = '']) {
    const folders = ['lib', 'lib64', 'usr/lib', 'usr/local', 'usr/local/bin'];
    const files = [
      ...baseFiles(),
      ...folders.map((folder) => ({ path: folder, kind: 'folder' as const })),
      ...busyboxFiles(busybox),
      ...(await programWithLibraries(node, 'usr/local/bin/node')),
    ];
    return { reference, config: { Env: [`PATH=${path}`], Cmd: ['node'] }, layers: [files] };
  },
};

function ownNode(): string {
  const require = createRequire(join(checkout, 'package.json'));
  return join(dirname(require.resolve('node/package.json')), 'bin/node');
}
