/** Gets this project's package.json, gives that of the balancer's own package. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cursor } from '../../src/kube/index.ts';

/** Ways into the package, and the room behind each. */
export const exported = {
  '.': 'balancer',
  './undici': 'balancer-undici',
  './http': 'balancer-http',
  './kubernetes': 'balancer-kubernetes',
  './toggles': 'balancer-toggles',
  './prom-client': 'balancer-prom-client',
} as const;

/** Packages that are not bundled; who uses an adapter has them. */
export const peers = ['undici', '@kubernetes/client-node', 'prom-client'] as const;

export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

export async function balancerManifest(checkout: string): Promise<PackageManifest> {
  const path = join(checkout, 'package.json');
  const project = new Cursor(JSON.parse(await readFile(path, 'utf8')), path);
  const versions = project.field('dependencies').strings();
  // client-node exactly: its minor versions have broken watches (docs/adr/0003).
  const range = (peer: string): string => (peer === '@kubernetes/client-node' ? '' : '^') + (versions[peer] ?? '');
  return {
    name: '@routesrv/balancer',
    version: project.field('version').string(),
    description: 'Client-side load balancing that places keys as Skipper does',
    license: project.field('license').string(),
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.19' },
    exports: Object.fromEntries(
      Object.entries(exported).map(([way, room]) => [
        way,
        { types: `./types/${room}/index.d.ts`, default: `./lib/${room}.js` },
      ]),
    ),
    files: ['lib', 'types', 'LICENSE', 'THIRD-PARTY.md'],
    peerDependencies: Object.fromEntries(peers.map((peer) => [peer, range(peer)])),
    peerDependenciesMeta: Object.fromEntries(peers.map((peer) => [peer, { optional: true }])),
  };
}
