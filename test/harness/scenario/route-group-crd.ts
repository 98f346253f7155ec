/** The RouteGroup definition as the pinned Skipper module brings it. */
import { join } from 'node:path';
import { findGo } from '../programs/go-toolchain.ts';
import { runOrThrow } from '../processes/run.ts';
import { createProgress } from '../progress.ts';

/** Path of the manifest in Go's module cache; downloads the module when it is not there. */
export async function routeGroupCrd(): Promise<string> {
  return join(await skipperModule(), 'dataclients/kubernetes/deploy/apply/routegroups_crd.yaml');
}

/** Folder of Skipper's sources, read-only, at the version that the test bed runs. */
export async function skipperModule(): Promise<string> {
  const go = await findGo(['the RouteGroup definition'], createProgress());
  const folder = join(import.meta.dirname, '../programs/skipper');
  const list = ['-C', folder, 'list', '-m', '-f', '{{.Dir}}', 'github.com/zalando/skipper'];
  // The module asks for a newer Go than a machine need have.
  const env = { ...process.env, GOTOOLCHAIN: 'auto' };
  return (await runOrThrow(go, list, { env })).trim();
}
