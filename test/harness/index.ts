/**
 * The test bed as a library: real Kubernetes on this machine, for tests, the demo and the end-to-end suite.
 *
 *   const cluster = await bootControlPlane({ name: 'operator' });
 *   await installCrds(cluster, ['crds']);
 *   await kubectl(cluster, ['get', 'namespaces']);
 *   await cluster.stop();
 */
export type { BootOptions, BootedCluster, Cluster, ClusterProgram, Level } from './cluster.ts';
// Follows within minutes, with these signatures:
//   bootControlPlane(options: BootOptions): Promise<BootedCluster>        lifetime defaults to 'ephemeral'; no root needed
//   bootNode(options: BootOptions): Promise<BootedCluster>                lifetime defaults to 'kept'; root on Linux
//   useContext(context: string): Promise<Cluster>                         any cluster that is already there
//   programs.ensure(names: readonly ProgramName[]): Promise<Record<ProgramName, string>>   absolute paths
//   images.load(cluster: Cluster, image: ImageName): Promise<string>      'skipper' | 'go-routesrv' | 'routesrv-dev' | 'busybox' | …  → the reference to put in a pod
//   kubectl(cluster: Cluster, args: readonly string[], options?: { input?: string }): Promise<string>   stdout; rejects with stderr
//   helm(cluster: Cluster, args: readonly string[]): Promise<string>
//   installCrds(cluster: Cluster, paths: readonly string[]): Promise<void>            applies and waits for Established
//   kubeconfigForServiceAccount(cluster: BootedCluster, account: { namespace: string; name: string }): Promise<string>   path
//   kubeconfigImpersonating(cluster: BootedCluster, user: string, groups?: readonly string[]): Promise<string>           path
