/** Gets a number; gives that many fleets and their configs, a third in each mode, ten in a namespace. */
import type { KubeObject } from '../../src/kube/index.ts';

export interface BenchFleet {
  readonly namespace: string;
  /** Of the config. */
  readonly name: string;
  readonly mode: 'False' | 'Pre' | 'Exec';
  readonly deployment: KubeObject;
  readonly config: KubeObject;
}

const perNamespace = 10;
const modes = ['False', 'Pre', 'Exec'] as const;
const args = ['skipper', '-kubernetes', '-kubernetes-in-cluster', '-wait-for-healthcheck-interval=5s'];

export function benchFleets(count: number): readonly BenchFleet[] {
  return Array.from({ length: count }, (_, number) => {
    const namespace = `shop-${String(Math.floor(number / perNamespace))}`;
    const name = `ingress-${String(number)}`;
    const mode = modes[number % modes.length] ?? 'False';
    return { namespace, name, mode, deployment: skipper(namespace, name), config: configOf(namespace, name, mode) };
  });
}

/** Where a fleet comes to rest: in Exec half of it is moved, and its step soaks. */
export const restOf = { False: 'Off', Pre: 'Shadowing', Exec: 'Stepping' } as const;

function skipper(namespace: string, name: string): KubeObject {
  const labels = { application: `skipper-${name}`, component: 'ingress' };
  const readinessProbe = { httpGet: { path: '/kube-system/healthz', port: 9999 } };
  const container = { name: 'skipper', image: 'skipper', args, readinessProbe };
  return {
    metadata: { namespace, name: `skipper-${name}` },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

function configOf(namespace: string, name: string, mode: string): KubeObject {
  return {
    metadata: { namespace, name },
    spec: {
      mode,
      rolloutPercentage: 50,
      skipper: { deploymentRef: { name: `skipper-${name}` } },
      shadow: { interval: '30s' },
      rollout: { steps: [50, 100], stepSoak: '24h', inSyncFor: '1s' },
      routeServer: { replicas: 1 },
    },
  };
}
