/** The RouteGroup definition as the pinned Skipper module brings it. */
import { join } from 'node:path';
import { findGo } from '../programs/go-toolchain.ts';
import { runOrThrow } from '../processes/run.ts';
import { createProgress } from '../progress.ts';

/** Path of the manifest in Go's module cache. */
export async function routeGroupCrd(): Promise<string> {
  return join(await skipperModule(), 'dataclients/kubernetes/deploy/apply/routegroups_crd.yaml');
}

/** Folder of Skipper's sources, read-only, at the version that the test bed runs; downloaded when it is not there. */
export async function skipperModule(): Promise<string> {
  const go = await findGo(['the RouteGroup definition'], createProgress());
  const folder = join(import.meta.dirname, '../programs/skipper');
  const download = ['-C', folder, 'mod', 'download', '-json', 'github.com/zalando/skipper'];
  // The module asks for a newer Go than a machine need have.
  const env = { ...process.env, GOTOOLCHAIN: 'auto' };
  const { Dir } = JSON.parse(await runOrThrow(go, download, { env })) as { readonly Dir: string };
  return Dir;
}
