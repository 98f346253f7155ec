/** The images of the test bed that are made of one upstream program, or of busybox. */
import { realpathSync } from 'node:fs';
import { TestBedError } from '../errors.ts';
import { sandboxImage } from '../node/containerd.ts';
import { which } from '../processes/run.ts';
import { catalog as programs } from '../programs/catalog.ts';
import type { ProgramName } from '../programs/catalog.ts';
import { ensure } from '../programs/ensure.ts';
import { baseFiles, fileFrom, nobody } from './base-files.ts';
import type { Image } from './oci-archive.ts';
import type { TarEntry } from './tar.ts';

/** An image that can be put together here. */
export interface Recipe {
  readonly reference: string;
  /** The files on this machine that it is made of: when one changes, so does the image. */
  sources(): Promise<readonly string[]>;
  /** Puts it together of the sources, in their order. */
  make(sources: readonly string[]): Promise<Image>;
}

/** Images of upstream programs. `go-routesrv` is Zalando's route server. */
export const recipes = {
  pause: busybox(sandboxImage, { Entrypoint: ['/bin/busybox', 'sleep', '2147483647'] }),
  busybox: busybox('testbed.local/busybox:1', { Entrypoint: ['/bin/busybox'] }),
  coredns: ofProgram('coredns', 'coredns', '/coredns'),
  skipper: ofProgram('skipper', 'skipper', '/usr/bin/skipper'),
  'go-routesrv': ofProgram('routesrv', 'routesrv', '/usr/bin/routesrv'),
} as const satisfies Record<string, Recipe>;

/** Path of a busybox that runs anywhere. @throws TestBedError when there is none. */
export function findBusybox(): string {
  const path = which('busybox');
  if (!path) throw new TestBedError('there is no busybox: install the package busybox-static');
  return realpathSync(path);
}

/** busybox under its own name and under the names that scripts call. */
export function busyboxFiles(source: string): TarEntry[] {
  const links = ['bin/sh', 'usr/bin/env'].map((path): TarEntry => ({ path, kind: 'symlink', target: '/bin/busybox' }));
  return [fileFrom(source, 'bin/busybox'), ...links];
}

function busybox(reference: string, config: Image['config']): Recipe {
  return {
    reference,
    sources: () => Promise.resolve([findBusybox()]),
    make: ([source = '']) =>
      Promise.resolve({ reference, config, layers: [[...baseFiles(), ...busyboxFiles(source)]] }),
  };
}

function ofProgram(name: ProgramName, repository: string, path: string): Recipe {
  const reference = `testbed.local/${repository}:${programs[name].upstream.version}`;
  return {
    reference,
    sources: async () => [(await ensure([name]))[name]],
    make: ([source = '']) =>
      Promise.resolve({
        reference,
        config: { Entrypoint: [path], Env: ['PATH=/usr/bin:/bin'], User: nobody },
        layers: [[...baseFiles(), fileFrom(source, path.slice(1))]],
      }),
  };
}
