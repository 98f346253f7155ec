/** Gets the fleet's Deployment and a patch of it; writes it. The only disruptive write: it restarts Skippers. */
import { keyOf, kinds, type JsonPatchOperation, type KubeClient } from '../kube/index.ts';
import type { Deployment, PatchOperation } from '../manifests/index.ts';
import { FIELD_MANAGER } from './applier.ts';
import type { World } from './world.ts';

/** Refused by the API server if anybody wrote in between; the stores are waited for before the fleet is decided on. */
export async function patchSkipper(
  { client, world }: { readonly client: Pick<KubeClient, 'patch'>; readonly world: Pick<World, 'expectDeployment'> },
  deployment: Deployment,
  operations: readonly PatchOperation[],
): Promise<void> {
  if (operations.length === 0) return;
  const patch = { type: 'json', operations: operations as readonly JsonPatchOperation[] } as const;
  const written = await client.patch(kinds.Deployment, keyOf(deployment), patch, { fieldManager: FIELD_MANAGER });
  world.expectDeployment(written);
}
