/**
 * The test bed as a library: real Kubernetes on this machine, for tests, the demo and the end-to-end suite.
 *
 *   const cluster = await bootControlPlane({ name: 'operator' });
 *   await installCrds(cluster, ['crds']);
 *   await kubectl(cluster, ['get', 'namespaces']);
 *   await cluster.stop();
 */
import { load } from './images/load.ts';
import { ensure } from './programs/ensure.ts';

export type { BootedCluster, Cluster } from './cluster.ts';
export { helm, installCrds, kubectl } from './clients.ts';
export { useContext } from './context.ts';
export { kubeconfigForServiceAccount, kubeconfigImpersonating } from './credentials.ts';
export { TestBedError } from './errors.ts';
export { bootControlPlane, bootNode } from './lifecycle.ts';

/** The upstream programs, built when they are nowhere yet. */
export const programs = { ensure };

/** Images for the pods of a cluster, built or put together on this machine. */
export const images = { load };
