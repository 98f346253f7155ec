/** A real API server that serves our CRD, and the few requests these tests make of it. */
import { bootControlPlane, installCrds, kubectl, type BootedCluster } from '../../harness/index.ts';

export interface ConfigServer {
  readonly cluster: BootedCluster;
  /** Applies an object server-side as some field manager and gives what the server holds afterwards. */
  apply(object: object, ...flags: readonly string[]): Promise<unknown>;
  /** The server's complaint about an object, `undefined` when it would take it. Nothing is stored. */
  complaint(object: object): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** A spec that is accepted; cases put their fields over it. */
export const leastSpec = { skipper: { deploymentRef: { name: 'skipper-ingress' } } } as const;

/** A RouteServerConfig in the namespace default. */
export function config(spec: object, name = 'ingress'): object {
  return {
    apiVersion: 'routesrv.dev/v1alpha1',
    kind: 'RouteServerConfig',
    metadata: { name, namespace: 'default' },
    spec: { ...leastSpec, ...spec },
  };
}

/** Boots an API server and installs crds/. Stop it when done. */
export async function bootConfigServer(name: string): Promise<ConfigServer> {
  const cluster = await bootControlPlane({ name });
  await installCrds(cluster, ['crds']);
  const send = (object: object, args: readonly string[]) =>
    kubectl(cluster, [...args, '-f', '-'], { input: JSON.stringify(object) });
  return {
    cluster,
    apply: async (object, ...flags) => {
      const stored = await send(object, ['apply', '--server-side', '--warnings-as-errors', '-o', 'json', ...flags]);
      return JSON.parse(stored) as unknown;
    },
    complaint: async (object) => {
      try {
        await send(object, ['create', '--dry-run=server', '--warnings-as-errors']);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    stop: () => cluster.stop(),
  };
}
