/** A Skipper fleet as a platform team would run it: three pods, its own data client, its own rights, a Service. */
import { restrictedContainer, restrictedPod, service, type Manifest, type Named } from './objects.ts';

export interface SkipperFleet extends Named {
  readonly image: string;
  readonly replicas: number;
}

/** Skipper's own args before anybody touches them: what going back has to restore byte for byte. */
export const skipperArgs: readonly string[] = [
  '-address=:9999',
  '-kubernetes',
  '-kubernetes-in-cluster',
  '-enable-kubernetes-endpointslices',
  '-kubernetes-path-mode=path-prefix',
  '-kubernetes-https-redirect=false',
  '-wait-first-route-load',
  '-wait-for-healthcheck-interval=5s',
];

export function skipperFleet({ name, namespace, image, replicas }: SkipperFleet): readonly Manifest[] {
  const account = { name, namespace };
  const role = `${namespace}-${name}`;
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: role },
      rules: [
        { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list'] },
        { apiGroups: ['zalando.org'], resources: ['routegroups'], verbs: ['list'] },
        { apiGroups: [''], resources: ['services'], verbs: ['list'] },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: role },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
    deployment({ name, namespace, image, replicas }),
    service({ name, namespace }),
  ];
}

function deployment({ name, namespace, image, replicas }: SkipperFleet): Manifest {
  const container = {
    name: 'skipper',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: skipperArgs,
    ports: [
      { name: 'http', containerPort: 9999 },
      { name: 'support', containerPort: 9911 },
    ],
    readinessProbe: { httpGet: { path: '/kube-system/healthz', port: 'http' }, periodSeconds: 1 },
    securityContext: restrictedContainer,
  };
  const pod = {
    serviceAccountName: name,
    securityContext: restrictedPod,
    terminationGracePeriodSeconds: 20,
    containers: [container],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      // Losing no request needs both: no Skipper stops before its successor is ready, and none before it is unlisted.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: { metadata: { labels: { app: name } }, spec: pod },
    },
  };
}
