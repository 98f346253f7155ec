/**
 * Gets Skipper's container. Gives the directory that needs a writable mount before Skipper can read from a URL: its
 * client keeps the downloaded table in a file (Go `os.CreateTemp` in `eskipfile/remote.go`).
 */
import type { Container } from './types.ts';

/** The name of the emptyDir that goes in. */
export const TEMP_VOLUME = 'routesrv-tmp';

/** Where a writable mount is missing; nothing when Skipper can already write its temporary files. */
export function missingTempDir(container: Container): string | undefined {
  if (container.securityContext?.['readOnlyRootFilesystem'] !== true) return undefined;
  const dir = tempDir(container);
  const mounts = container.volumeMounts ?? [];
  const nearest = mounts
    .filter(({ mountPath }) => isWithin(dir, mountPath))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)
    .at(0);
  return nearest === undefined || nearest.readOnly === true ? dir : undefined;
}

function tempDir({ env }: Container): string {
  const set = env?.findLast(({ name }) => name === 'TMPDIR')?.value ?? '';
  // A path made of other variables cannot be mounted; Kubernetes only expands args and env.
  return set.startsWith('/') && !set.includes('$(') ? set.replace(/(?<=.)\/+$/, '') : '/tmp';
}

/** Whether `path` is `dir` or below it. */
export function isWithin(path: string, dir: string): boolean {
  const base = dir.replace(/\/+$/, '');
  return path === base || path.startsWith(`${base}/`);
}
