/** Small manifests that scenarios share, as plain objects for `kubectl apply`. */

/** An object for `kubectl apply`. */
export type Manifest = Readonly<Record<string, unknown>>;

/** Labels and security that every pod of a scenario has: what a cluster with restricted pod security admits. */
export const restrictedPod = {
  runAsNonRoot: true,
  runAsUser: 65534,
  runAsGroup: 65534,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;

export function namespace(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function configMap(meta: Named, data: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta, data };
}

export interface Named {
  readonly name: string;
  readonly namespace: string;
}

/** A Service on port 80 for the pods labelled `app: <name>`, to their port `http`. */
export function service({ name, namespace: ns }: Named): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: ns },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}

/** A script that runs under the Node of our own image, so that no further image is needed. */
export interface ScriptedPod extends Named {
  readonly image: string;
  readonly replicas: number;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A Deployment whose pods run `script` from a ConfigMap and answer HTTP on port 8080 (`http`). */
export function scripted({ name, namespace: ns, image, replicas, script, env = {} }: ScriptedPod): readonly Manifest[] {
  const container = {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '/scripts/main.mjs'],
    env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
    securityContext: restrictedContainer,
    volumeMounts: [{ name: 'scripts', mountPath: '/scripts' }],
  };
  const pod = {
    securityContext: restrictedPod,
    terminationGracePeriodSeconds: 2,
    containers: [container],
    volumes: [{ name: 'scripts', configMap: { name } }],
  };
  return [
    configMap({ name, namespace: ns }, { 'main.mjs': script }),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: ns },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: pod },
      },
    },
  ];
}
